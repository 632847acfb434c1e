"""The program's log: what happened, on which thread, and never a scan or a name."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType

log = logging.getLogger("coordinator_app")


def keep_log(folder: str | None) -> logging.Handler:
    """Write the program's log to a file that cannot grow without end; it never holds a scan or a name."""
    handler: logging.Handler = logging.NullHandler()
    if folder is not None:
        Path(folder).mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            Path(folder) / "coordinator.log", maxBytes=1_000_000, backupCount=5, encoding="utf-8"
        )
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    return handler


def close_log(handler: logging.Handler) -> None:
    """End what `keep_log` began."""
    log.removeHandler(handler)
    handler.close()


def log_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Keep Qt's own messages out of the terminal and in the log."""
    level = {QtMsgType.QtWarningMsg: logging.WARNING, QtMsgType.QtCriticalMsg: logging.ERROR}.get(kind, logging.INFO)
    log.log(level, "Qt %s: %s", context.category, message)
