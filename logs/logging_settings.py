"""structlog on top of the standard library: JSON lines in production, readable lines on a laptop."""

from typing import Any

import structlog

from logs.scrubbing import scrub

_SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]
_HANDLERS = {
    "stderr": {"class": "logging.StreamHandler", "formatter": "structured"},
    "nowhere": {"class": "logging.NullHandler"},
}


def logging_settings(log_format: str, log_level: str, *, tells_tasks: bool = True) -> dict[str, Any]:
    """The `LOGGING` setting for `log_format` ("json" or "console") from `log_level` up, and structlog to write through it. Without
    `tells_tasks` of tasks only those are told that fail.
    """
    structlog.configure(
        processors=[*_SHARED_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    # The console's own tracebacks show the values of variables; these show lines of code.
    console = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    json_lines = structlog.processors.JSONRenderer(default=str, ensure_ascii=False)
    renderers: list[Any] = [
        structlog.processors.format_exc_info,
        scrub,
        json_lines if log_format == "json" else console,
    ]
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
        "foreign_pre_chain": _SHARED_PROCESSORS,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structured": formatter},
        "handlers": _HANDLERS,
        "root": {"handlers": ["stderr"], "level": log_level},
        "loggers": _loggers(log_level, tells_tasks=tells_tasks),
    }


def _loggers(log_level: str, *, tells_tasks: bool) -> dict[str, Any]:
    return {
        "django": {"handlers": ["stderr"], "level": log_level, "propagate": False},
        # What these say, our own lines say too: `request_finished`, `unhandled_exception`, `task_…`.
        "django.request": {"level": "CRITICAL"},
        "celery.app.trace": {"level": "CRITICAL"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "django_structlog.celery.receivers": {} if tells_tasks else {"level": "WARNING"},
        # At INFO it tells of each request that it began and ended; what was asked has a line of its own.
        "mcp": {"level": "WARNING"},
        # At DEBUG it writes whole URLs, and V1 puts its refresh token into one.
        "urllib3": {"level": "WARNING"},
        # It writes addresses of chats, which are secrets; what it says of an attempt is read from its result.
        "apprise": {"handlers": ["nowhere"], "level": "WARNING", "propagate": False},
    }
