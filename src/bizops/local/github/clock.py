"""The clock of the embedded GitHub: real time until somebody sets it."""

from datetime import UTC, datetime, timedelta

__all__ = ["Clock"]


class Clock:
    """What time it is. Set, it stands still; `step` seconds pass at each write, so that times differ."""

    def __init__(self, at: datetime | None = None, step: float = 0) -> None:
        self._at = None if at is None else at.astimezone(UTC)
        self._step = timedelta(seconds=step)

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(UTC) if self._at is None else self._at

    def text(self) -> str:
        """The time as GitHub writes it: `2026-11-25T09:42:00Z`."""
        return self.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def set(self, at: datetime | None) -> None:
        """Set the time (a naive one is taken as local); None goes back to real time."""
        self._at = None if at is None else at.astimezone(UTC)

    def advance(self, seconds: float = 0, **units: float) -> None:
        """Let time pass: `advance(30)`, `advance(hours=4)`. A running clock stands still from then on."""
        self._at = self.now() + timedelta(seconds=seconds, **units)

    def tick(self) -> None:
        """Called before each write."""
        if self._at is not None:
            self._at += self._step
