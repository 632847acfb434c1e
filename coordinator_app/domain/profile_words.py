"""Says a trial's profile in plain words, so that a pharmacist can hold it against the manual line by line."""

from __future__ import annotations

from datetime import timedelta

from coordinator_app.domain.clock_words import event_words
from coordinator_app.domain.durations import CalendarDays, Duration, spoken_duration
from coordinator_app.domain.gates import FACT_WORDS
from coordinator_app.domain.profile_parts import (
    ClockRule,
    FormatKind,
    GateRule,
    IdentifierRule,
    LabelRule,
    Profile,
    StepRule,
    UnitRule,
)
from coordinator_app.domain.vocabulary import Check, ClockKind, Fact, ProcedureKind, Scope, Stated, UnitOrder

_CHECKS = {
    Check.NONE: "No identity check.",
    Check.SINGLE: "One person checks.",
    Check.BLIND: "Two people check, neither sees the other's answer.",
}
_STATED = {
    Stated.SPOKEN: "The patient says name and date of birth.",
    Stated.GUARDIAN: "A guardian says the patient's name and date of birth.",
    Stated.WRISTBAND_PAIR: "The patient cannot answer: two people compare two identifiers on the wristband.",
}
_HELD_BACK = {
    ClockKind.AT_MOST: "Once the time is over,",
    ClockKind.UNTIL: "Once the time is over,",
    ClockKind.AT_LEAST: "Before that,",
    ClockKind.BETWEEN: "Outside that window,",
}
_PROCEDURES = {ProcedureKind.ADMINISTER: "infusion", ProcedureKind.HAND_OVER: "handover"}


def profile_sentences(profile: Profile) -> tuple[str, ...]:
    """Return the whole profile as sentences, in the order of the file."""
    heading = f"{profile.title} ({profile.id}, version {profile.version}), from {profile.source}."
    sentences = [heading]
    if profile.example:
        sentences.append("This is an example: it cannot be used for a real case.")
    if profile.knowledge_max_age is not None:
        age = spoken_duration(profile.knowledge_max_age)
        sentences.append(f"Without contact with the hub for more than {age}, release steps turn amber.")
    sentences.append(_STATED[profile.stated])
    sentences.extend(identifier_sentence(identifier) for identifier in profile.identifiers)
    sentences.extend(unit_sentence(unit) for unit in profile.units)
    sentences.extend(step_sentence(step) for step in profile.steps)
    sentences.extend(clock_sentence(clock) for clock in profile.clocks)
    sentences.extend(gate_sentence(gate) for gate in profile.gates)
    sentences.extend(label_sentence(label) for label in profile.labels)
    return tuple(sentences)


def identifier_sentence(identifier: IdentifierRule) -> str:
    """Return one identifier in plain words."""
    form = {
        FormatKind.ISBT128: f"as ISBT 128 data structure {identifier.format.text}",
        FormatKind.GS1: f"as GS1 ({identifier.format.text})",
        FormatKind.PATTERN: f"written as {identifier.format.text}",
    }[identifier.format.kind]
    needed = f"; needed for {identifier.required_by}" if identifier.required_by else ""
    return f'Identifier "{identifier.name}", issued by {identifier.issuer}, {form}{needed}.'


def unit_sentence(unit: UnitRule) -> str:
    """Return what the product consists of in plain words."""
    count = f"{unit.least}" if unit.least == unit.most else f"{unit.least} to {unit.most}"
    words = [f'"{unit.name}" comes as {count} {unit.kind}{"" if unit.most == 1 else "s"}']
    if unit.volume_ml is not None:
        words.append(f" of {unit.volume_ml[0]} to {unit.volume_ml[1]} mL")
    if unit.parts:
        words.append(f" in the parts {', '.join(unit.parts)}")
    words.append("." if unit.order is UnitOrder.ANY else ", given in fixed order.")
    if unit.container:
        words.append(f" The {unit.container} is checked before it is opened.")
    if unit.partial:
        words.append(" It may be given in part.")
    return "".join(words)


def procedure_words(procedure: ProcedureKind) -> str:
    """Return what people call a procedure."""
    return _PROCEDURES.get(procedure, procedure.value.replace("-", " "))


def step_sentence(step: StepRule) -> str:
    """Return one step in plain words."""
    words = [f'Step "{step.name}" ({procedure_words(step.procedure)})']
    words.append(f" by {_any_of(step.roles)}")
    if step.after:
        words.append(f", after {_all_of(step.after)}")
    words.append(f". {_CHECKS[step.check]}")
    if step.check is Check.BLIND:
        words.append(f" Second person: {_any_of(step.witness_roles)}.")
    if step.needs:
        words.append(f" Scan: {', '.join(need.value.replace('-', ' ') for need in step.needs)}.")
    return "".join(words)


def clock_sentence(clock: ClockRule) -> str:
    """Return one clock in plain words, as "Infusion must be complete within 2 h of the end of thaw. Pauses count."."""
    words = [f"{clock.title} {_limit(clock)}."]
    if isinstance(clock.allowance, timedelta) or not clock.counts_pauses:
        words.append("Pauses count." if clock.counts_pauses else "Pauses do not count.")
    if clock.ends is not None:
        words.append(f"It ends with {event_words(clock.ends)}.")
    if clock.scope is not Scope.CASE:
        words.append(f"Each {clock.scope} has its own.")
    if clock.warn:
        words.append(f"Warning {_all_of([spoken_duration(lead) for lead in clock.warn])} before.")
    if clock.blocks:
        words.append(f"{_HELD_BACK[clock.kind]} {_all_of(clock.blocks)} cannot begin.")
    words.append(f"({clock.source})")
    return " ".join(words)


def gate_sentence(gate: GateRule) -> str:
    """Return one gate in plain words."""
    each = "" if gate.scope is Scope.CASE else f", for each {gate.scope}"
    if isinstance(gate.requires, Fact):
        return f'"{gate.before}" cannot begin without {FACT_WORDS[gate.requires]}{each}. ({gate.source})'
    return f'"{gate.before}" cannot begin before {event_words(gate.requires)} is recorded{each}. ({gate.source})'


def label_sentence(label: LabelRule) -> str:
    """Return one label in plain words."""
    copies = "1 copy" if label.copies == 1 else f"{label.copies} copies"
    return f'At "{label.at}" the label {label.template} is printed, {copies}.'


def _limit(clock: ClockRule) -> str:
    start = event_words(clock.starts)
    if clock.wait is not None and clock.allowance is not None:
        return f"no sooner than {_length(clock.wait, start)} and no later than {_length(clock.allowance, start)}"
    if clock.wait is not None:
        return f"no sooner than {_length(clock.wait, start)}"
    if isinstance(clock.allowance, CalendarDays):
        return f"no later than {_length(clock.allowance, start)}"
    if clock.allowance is not None:
        return f"within {spoken_duration(clock.allowance)} of {start}"
    return f"no later than the instant stated at {start} ({clock.deadline})"


def _length(limit: Duration, start: str) -> str:
    if isinstance(limit, CalendarDays):
        return f"the {_ordinal(limit.count)} midnight after {start}"
    return f"{spoken_duration(limit)} after {start}"


def _ordinal(count: int) -> str:
    if count % 100 in (11, 12, 13):
        return f"{count}th"
    return f"{count}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(count % 10, 'th') }"


def _any_of(words: tuple[str, ...]) -> str:
    spoken = [str(word).replace("-", " ") for word in words]
    return " or ".join(spoken)


def _all_of(words: tuple[str, ...] | list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))
