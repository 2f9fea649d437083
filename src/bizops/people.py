"""`people.yml` decoded: who owns an area, who stands in, who is next when it burns."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from bizops.part import Part

Login = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,38}$")]


class Owner(Part):
    owner: Login
    backup: Login | None = None


class Absence(Part):
    """Somebody is away from one day to another, both included."""

    model_config = ConfigDict(populate_by_name=True)  # a case carries it by its own names

    login: Login
    first: date = Field(alias="from")
    last: date = Field(alias="to")


class People(Part):
    """Owners by pattern of areas (`finance/*`), absences, the rungs of the escalation, who hears an alert."""

    owners: dict[str, Owner] = Field(default_factory=dict)
    away: tuple[Absence, ...] = ()
    rungs: tuple[Login, ...] = ()
    alert: tuple[Login, ...] = ()

    def here(self, login: str, day: date) -> bool:
        return not any(a.login.casefold() == login.casefold() and a.first <= day <= a.last for a in self.away)

    def owner(self, area: str, day: date) -> str | None:
        """Who looks after an area on a day: the owner of the most specific pattern, who is away: the backup."""
        fitting = [name for name in self.owners if name == area or (name.endswith("/*") and area.startswith(name[:-1]))]
        fitting += [name for name in self.owners if name == "*"]
        found = self.owners[max(fitting, key=len)] if fitting else None
        if found is None:
            return None
        return next(iter(self._present(filter(None, (found.owner, found.backup)), day)), found.owner)

    def rung(self, height: int, day: date) -> str | None:
        """The person of a step of the escalation, counted from 1; the last one stands for all above."""
        present = list(self._present(self.rungs, day)) or list(self.rungs)
        return present[min(height, len(present)) - 1] if present else None

    def _present(self, logins: Iterable[str], day: date) -> Iterator[str]:
        return (login for login in logins if self.here(login, day))
