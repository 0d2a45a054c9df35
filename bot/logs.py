"""structlog set-up: JSON in a container, colours on a terminal, always on stderr so that stdout stays an answer."""

import logging
import re
import sys
import traceback
from typing import Final, Literal

import structlog

_HUSHED: Final = ("aiohttp", "engineio", "socketio")
"""Libraries that would log visitors' addresses, and of what they cannot read the very line: a cookie, say."""

_FILLED_IN: Final = re.compile(r"(?<!\S)(?!https?://)\S{16,}")
_FRAMES: Final = 5


def set_up_logs(form: Literal["auto", "json", "console"] = "auto", *, quiet: bool = False) -> None:
    """Send structlog's and every library's records to stderr; ``auto`` is ``console`` exactly on a terminal.

    ``quiet`` leaves only warnings and worse, for commands whose output a person or a program reads.
    """
    level = logging.WARNING if quiet else logging.INFO
    readable = form == "console" or (form == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    # Tracebacks never show local variables: a listener's words are among them.
    tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False, use_rich=False)
    exceptions: list[structlog.typing.Processor] = (
        [] if readable else [structlog.processors.ExceptionRenderer(tracebacks)]
    )
    structlog.configure(
        processors=[*shared, *exceptions, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s", force=True
    )
    for name in _HUSHED:
        library = logging.getLogger(name)
        library.handlers, library.propagate = [_Hushed(logging.WARNING)], False


class _Hushed(logging.Handler):
    """What a library logs, without what it fills in: the sentence, the kind of problem and where it came up."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log it anew. Some sentences come filled in already, with the id of a session: long words are left out."""
        kind, _, frames = record.exc_info or (None, None, None)
        structlog.get_logger().warning(
            "library_complained",
            library=record.name,
            said=_FILLED_IN.sub("…", str(record.msg)),
            problem=kind.__name__ if kind else None,
            where=[f"{each.filename}:{each.lineno}" for each in traceback.extract_tb(frames)[-_FRAMES:]],
        )
