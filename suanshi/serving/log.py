"""The service's log: a JSON object a line on stderr, with no image and nothing that was read in one."""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime, timezone
from typing import Any

_OWN = {*vars(logging.LogRecord("", 0, "", 0, "", None, None)), "message", "asctime", "color_message", "taskName"}
"""What every record has; the rest was given with it."""
OURS = "suanshi.serving"
OF_FORMS = "python_multipart"
"""It warns of every damaged form; the answer to that is logged anyway."""


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON: time, level, event, and what was given with it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        when = datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": when, "level": record.levelname.lower(), "event": record.getMessage()}
        line |= {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def log_lines() -> None:
    """Write what the service and its libraries log to stderr of this process, which has to be the service's own."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger(OURS).setLevel(logging.INFO)
    logging.getLogger(OF_FORMS).setLevel(logging.CRITICAL)
