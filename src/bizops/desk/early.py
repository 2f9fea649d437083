"""The early notice: a clock that still runs, of which history says that it will most likely be missed."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from bizops.desk import settle
from bizops.desk.clocks import Reading
from bizops.desk.desk import Desk
from bizops.desk.ledger import Ledger
from bizops.rules import markers
from bizops.rules.forecast import Chances, Past, past
from bizops.rules.sla.clocks import Clock
from bizops.rules.sla.instants import written

FEWEST = 20  # clocks of the same kind and priority in the ledger: history of fewer foretells nothing


@dataclass(frozen=True)
class Early:
    """Early notices of one sweep."""

    desk: Desk
    ledger: Ledger

    @cached_property
    def _past(self) -> tuple[Past, ...]:
        return past(self.ledger.rows)

    @cached_property
    def _chances(self) -> Chances:
        return Chances(self._past)

    def notice(self, reading: Reading, known: Collection[str]) -> tuple[int | None, tuple[str, ...]]:
        """Post what is likely to be missed and was not told; when to look again for that, and the keys of what it told.

        `known` are the keys of what was told before, though the thread may have lost it.
        """
        threshold = self.desk.policy.sla.early_notice
        if threshold is None:
            return None, ()
        seen, following, posted, now = reading.seen, [], [], reading.now
        told = {notice.key for notice in seen.look.notices}
        agent = seen.look.newest.key.partition("@")[0] if seen.look.newest else seen.route.agent
        for clock in reading.evaluation.clocks:
            key, noted = f"likely/{clock.clock}/{clock.cycle}", f"{clock.clock}/{clock.cycle}/likely"
            if clock.state != "running" or key in told or noted in known or self._known(clock) < FEWEST:
                continue
            at = self._from(clock, agent, float(threshold), now)
            if at is not None and at <= now:
                chance = self._chance(clock, agent, clock.elapsed)
                settle.post(self.desk, seen, "notice", key, _text(key, clock, chance, self._known(clock)))
                posted.append(noted)
            elif at is not None:
                following.append(at)
        return min(following, default=None), tuple(posted)

    def _known(self, clock: Clock) -> int:
        return sum((one.clock, one.priority) == (clock.clock, clock.priority) for one in self._past)

    def _chance(self, clock: Clock, agent: str, elapsed: int) -> float:
        return self._chances.missed(agent, clock.priority, elapsed, clock.target, clock.clock)

    def _from(self, clock: Clock, agent: str, threshold: float, now: int) -> int | None:
        """From when on the chance of a miss is as large as that, if before the clock is at risk anyway."""
        low, high = clock.elapsed, int(clock.target * clock.terms.at_risk)
        if self._chance(clock, agent, low) >= threshold:
            return now
        if high <= low or self._chance(clock, agent, high) < threshold:
            return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._chance(clock, agent, middle) >= threshold else (middle, high)
        return clock.timetable.after(now, high - clock.elapsed)


def _text(key: str, clock: Clock, chance: float, known: int) -> str:
    name, percent = clock.clock.replace("-", " "), min(99, round(chance * 100))
    due, kind = written(clock.due_at), f"{known} clocks of this kind and priority"
    said = f"the {name} clock is due {due}; by the ledger ({kind}) the chance of a miss is {percent} %."
    return f"{markers.render('notice', key)}\n\n**Likely to be late:** {said}"
