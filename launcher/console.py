"""What the person at the terminal reads; the same lines go to logs/supervisor.log with their time."""

import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from launcher.log_file import rotate_log


class Console:
    """Printing never fails: a closed terminal or a full disk must not end the supervisor."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def say(self, sentence: str) -> None:
        with suppress(OSError, ValueError):
            print(f"cascadian: {sentence}", flush=True)
        self.record(sentence)

    def show_secret(self, text: str, logged_as: str) -> None:
        """For the terminal only; the log gets `logged_as`."""
        with suppress(OSError, ValueError):
            print(text, flush=True)
        self.record(logged_as)

    def record(self, sentence: str) -> None:
        rotate_log(self._log)
        with suppress(OSError), self._log.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC).isoformat(timespec='milliseconds')} {sentence}\n")


def fail(sentence: str) -> None:
    """One sentence to the error output."""
    print(f"cascadian: {sentence}", file=sys.stderr, flush=True)
