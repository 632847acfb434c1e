"""`coordinator label`: renders a label from a template, reads a finished one back, and checks a template."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coordinator_app.commands.answers import FAILED, YES, WrongUse, print_json, print_line, read_file, say, write_file

if TYPE_CHECKING:
    from coordinator_app.labels.drawing import Drawing
    from coordinator_app.labels.job import CopyContent
    from coordinator_app.labels.symbol import Symbol
    from coordinator_app.labels.template import Template

TEMPLATE = click.option("--template", "name", metavar="T", required=True, help="A template's id, or its .toml file.")
CONTENT = click.option("--data", "content", metavar="FILE", required=True, help="JSON: what the label says, see below.")
DPI = click.option("--dpi", type=int, default=300, metavar="N", help="Dots per inch of the printer (default 300).")
JSON = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")


@click.group()
def label() -> None:
    """Render labels, read finished ones back, check templates."""


@label.command()
@TEMPLATE
@CONTENT
@click.option("--format", "form", type=click.Choice(["pdf", "png", "zpl"]), default="pdf", metavar="pdf|png|zpl")
@DPI
@click.option("--out", metavar="FILE", required=True, help="Write to this file.")
def render(name: str, content: str, form: str, dpi: int, out: str) -> int:
    """Render a label and read every symbol back before it is written.

    FILE holds {"values": {NAME: TEXT}, "symbols": {NAME: {"kind": KIND, "text": TEXT}}}, or a list of these for
    several copies. KIND is datamatrix, gs1-datamatrix, code128 or gs1-128; a GS1 symbol takes
    {"elements": [[AI, VALUE], …]} instead of the text.
    """
    template, copies = _template(name), _copies(content)
    try:
        made = _made(template, copies, form, dpi)
    except ValueError as fault:  # every fault of the labels room is one plain sentence
        say(str(fault))
        return FAILED
    write_file(out, made, "The label")
    return YES


@label.command()
@TEMPLATE
@CONTENT
@DPI
@click.argument("file")
@JSON
def verify(name: str, content: str, dpi: int, file: str, as_json: bool) -> int:
    """Read a finished label (PDF or ZPL) and tell whether every symbol gives exactly what the data says."""
    from coordinator_app.labels.decode_back import read_back, verify_drawing
    from coordinator_app.labels.zpl_raster import zpl_as_dots

    finished = read_file(file, "The label")
    message = ""
    read: list[dict[str, Any]] = []
    try:
        pages = _pages(_template(name), _copies(content), dpi)
        if finished.startswith(b"%PDF"):
            found = verify_drawing(finished, pages, dpi)
        else:
            found = read_back(pages, zpl_as_dots(finished), dpi)
        read = [{"page": each.page, "symbol": each.symbol, "symbology": each.symbology} for each in found]
    except ValueError as fault:
        message = str(fault)
    if as_json:
        print_json({"verified": not message, "symbols": read, "message": message or None})
    else:
        print_line(message or f"Verified: {len(read)} symbols give exactly what they must.")
    return FAILED if message else YES


@label.command()
@click.argument("file", required=False)
@JSON
def check(file: str | None, as_json: bool) -> int:
    """Check a template file, or every template that the program brings along."""
    from coordinator_app.labels.template import TemplateFaulty, load_template, read_template, template_ids

    if file is not None and not Path(file).is_file():
        raise WrongUse(f"The template {file} cannot be read; check its name.")
    faults: dict[str, str] = {}
    names = (file,) if file is not None else template_ids()
    for each in names:
        try:
            read_template(Path(each)) if file is not None else load_template(each)
        except TemplateFaulty as fault:
            faults[each] = str(fault)
    if as_json:
        print_json([{"template": each, "ok": each not in faults, "message": faults.get(each)} for each in names])
    for each in () if as_json else names:
        print_line(faults.get(each, f"{each} is a template."))
    return FAILED if faults else YES


def _template(name: str) -> Template:
    from coordinator_app.labels.template import TemplateFaulty, load_template, read_template

    try:
        return read_template(Path(name)) if name.endswith(".toml") else load_template(name)
    except (TemplateFaulty, OSError) as fault:
        raise WrongUse(str(fault)) from fault


def _copies(path: str) -> list[CopyContent]:
    import msgspec

    from coordinator_app.labels.job import CopyContent

    written = read_file(path, "The label's data")
    try:
        rows = msgspec.json.decode(written)
        rows = rows if isinstance(rows, list) else [rows]
        return [
            CopyContent(
                msgspec.convert(row.get("values", {}), dict[str, str]),
                {box: _symbol(each) for box, each in row.get("symbols", {}).items()},
            )
            for row in rows
        ]
    except (msgspec.DecodeError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise WrongUse(
            f"The label's data {path} cannot be used ({fault}); see 'coordinator label render --help'."
        ) from fault


def _symbol(written: dict[str, Any]) -> Symbol:
    from coordinator_app.labels.symbol import Symbol, SymbolKind, gs1_symbol

    kind = SymbolKind(written["kind"])
    if "elements" in written:
        return gs1_symbol(kind, [(str(identifier), str(value)) for identifier, value in written["elements"]])
    return Symbol(kind, str(written["text"]).encode())


def _pages(template: Template, copies: list[CopyContent], dpi: int) -> tuple[Drawing, ...]:
    from coordinator_app.labels.job import draw_pages

    return draw_pages(template, copies, dpi)


def _made(template: Template, copies: list[CopyContent], form: str, dpi: int) -> bytes:
    from coordinator_app.labels.job import make_label_job, make_zpl_job
    from coordinator_app.labels.png import to_png

    if form == "zpl":
        return make_zpl_job(template, copies, dpi)
    pdf = make_label_job(template, copies, dpi)
    return pdf if form == "pdf" else to_png(_pages(template, copies, dpi)[0])
