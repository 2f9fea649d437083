"""Sweeps on the embedded GitHub whose clock a test moves; used by the sweep's tests."""

from dataclasses import replace
from typing import Any

from bizops.desk.branch import Branch
from bizops.desk.cache import Cache, parse
from bizops.desk.desk import Desk
from bizops.desk.sweep import Swept, near, sweep
from tests.desk.quick import Quick, killed_at

SWEEPS = {"issues": "write", "contents": "write", "actions": "write"}
P1 = ("support/question", "priority/P1")


class Sweeping(Quick):
    """People, a desk and sweeps on one world."""

    @property
    def now(self) -> int:
        return int(self.world.github.clock.now().timestamp())

    def policy(self, **sla: object) -> None:
        """Other terms of `sla.yml`."""
        self.world.policy = self.world.policy.model_copy(update={"sla": self.world.policy.sla.model_copy(update=sla)})

    def desk(self) -> Desk:
        """A desk with the token of the sweep's job."""
        desk = self.world.desk()
        client = replace(desk.github, token=self.world.github.job_token(SWEEPS), _permissions={})
        return replace(desk, github=client)

    def sweep(self) -> Swept:
        return sweep(self.desk())

    def near(self) -> tuple[int, ...]:
        return near(self.desk())

    def cache(self) -> Cache | None:
        return parse(Branch(self.desk().github).read("cache.jsonl"), self.now)

    def keep(self, path: str, text: str) -> None:
        """Put a file on the desk's branch."""
        assert Branch(self.desk().github).write({path: text}, "By a test")

    def ledger(self) -> list[str]:
        """`EVENT CLOCK #ISSUE at TIME` for each row."""
        text = Branch(self.desk().github).read(f"ledger/{self.world.github.clock.now():%Y-%m}.jsonl") or ""
        rows = [parse_row(line) for line in text.splitlines()]
        return [f"{row['event']} {row['clock']} #{row['issue']} at {row['at']}" for row in rows]

    def posts(self, number: int) -> list[str]:
        """The comments that speak of clocks."""
        return [body for body in self.world.shown(number).comments if "<!-- bizops:sla " in body]

    def writes(self) -> int:
        return len(self.world.writes())

    def killed_at(self, request: int, moment: str) -> bool:
        """Sweep in a process that is killed before or after its n-th request; whether it came so far."""
        desk = self.desk()
        return killed_at(self.world.github, request, moment, lambda: sweep(desk))


def answered(swept: Sweeping, **how: Any) -> int:
    """An issue that waits for its requester no more: answered, and its clocks run."""
    number = swept.file(**{"labels": P1, **how})
    swept.run(number)
    swept.unlabel("mara", number, "status/waiting")
    return number


def parse_row(line: str) -> dict[str, object]:
    import json

    row = json.loads(line)
    assert isinstance(row, dict)
    return row
