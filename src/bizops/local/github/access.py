"""Who asks, what he may do, and how many requests he has left: GitHub's rules for tokens, roles and job permissions."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from bizops.local.github.problem import Problem, forbidden, missing
from bizops.local.github.records import Token, User
from bizops.local.github.state import BOT, Actor, State
from bizops.local.github.view import ROLES

__all__ = ["Caller", "Rates", "identify"]

LIMITS = {"job": 1_000, "personal": 5_000, "anonymous": 60}
HOUR = 3_600


@dataclass(frozen=True)
class Caller:
    """An account with the token that it came with; both None for an anonymous one."""

    state: State
    user: User | None = None
    token: Token | None = None

    @property
    def login(self) -> str:
        """The login, or the empty text."""
        return "" if self.user is None else self.user.login

    @property
    def job(self) -> bool:
        """Whether it came with a job's token."""
        return self.token is not None and self.token.job

    @property
    def kind(self) -> str:
        """`job`, `personal` or `anonymous`."""
        return "job" if self.job else "anonymous" if self.user is None else "personal"

    @property
    def actor(self) -> Actor:
        """The one who writes; 401 when nobody is logged in."""
        if self.user is None:
            raise Problem(401, "Requires authentication")
        return Actor(self.user.login, self.job)

    @property
    def role(self) -> str:
        """The role in the repository: on a public one everybody reads. A job's token has what its issues allow."""
        least = "none" if self.state.private else "read"
        if self.user is None:
            return least
        if self.job:
            return {"write": "write", "read": "read"}.get(self._granted("issues"), least)
        if self.user.login.lower() == self.state.owner.lower():
            return "admin"
        return max(least, self.user.role, key=ROLES.index)

    def at_least(self, role: str) -> bool:
        """Whether the role is that one or a higher one."""
        return ROLES.index(self.role) >= ROLES.index(role)

    def must_read(self, *areas: str) -> None:
        """404 for a repository that one may not see, 403 for a token that was not given any of these areas.

        What is public can be read with any token, as on GitHub.
        """
        if not self.state.private:
            return
        if not self.job and not self.at_least("read"):
            raise missing()
        if areas and self._limited and not any(self._granted(area) in {"read", "write"} for area in areas):
            raise self._out_of_reach("read", areas)

    def must_write(self, *areas: str, role: str = "write", own: bool = False) -> None:
        """Refuse a write: a token needs one of the areas, a person the role unless what is changed is his `own`."""
        self.must_read()
        _ = self.actor
        if self._limited and not any(self._granted(area) == "write" for area in areas):
            raise self._out_of_reach("write", areas)
        if not self.job and not own and not self.at_least(role):
            raise forbidden()

    @property
    def _limited(self) -> bool:
        return self.token is not None and self.token.permissions is not None

    def _granted(self, area: str) -> str:
        given = dict(self.token.permissions or ()) if self.token else {}
        return given.get(area, "read" if area == "metadata" else "none")

    def _out_of_reach(self, level: str, areas: tuple[str, ...]) -> Problem:
        what = "integration" if self.job else "personal access token"
        accepted = "; ".join(f"{area.replace('-', '_')}={level}" for area in areas)
        headers = {"x-accepted-github-permissions": accepted}
        return Problem(403, f"Resource not accessible by {what}", headers=headers)


def identify(state: State, authorization: str | None) -> Caller:
    """The caller that an `Authorization` header stands for; 401 for a token that nobody gave out."""
    if not authorization:
        return Caller(state)
    scheme, _, rest = authorization.partition(" ")
    value = rest.strip()
    if scheme.lower() == "basic":
        try:
            value = base64.b64decode(value, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            value = ""
    token = state.store.get(Token, value) if scheme.lower() in {"token", "bearer", "basic"} else None
    user = None if token is None else state.find_user(BOT if token.job else token.login)
    if token is None or user is None:
        raise Problem(401, "Bad credentials")
    return Caller(state, user, token)


class Rates:
    """The primary limit: so many requests an hour for each account. `limit` overrides GitHub's figures."""

    def __init__(self, state: State) -> None:
        self.limit: int | None = None
        self._state = state
        self._windows: dict[str, tuple[int, int]] = {}

    def look(self, caller: Caller) -> dict[str, int]:
        """`limit`, `remaining`, `reset` (seconds since 1970) and `used`."""
        reset, used = self._window(caller)
        limit = LIMITS[caller.kind] if self.limit is None else self.limit
        return {"limit": limit, "remaining": max(0, limit - used), "reset": reset, "used": min(used, limit)}

    def take(self, caller: Caller) -> None:
        """Count a request; 403 when there are none left."""
        if self.look(caller)["remaining"] == 0:
            number = caller.user.id if caller.user else 0
            who = f"installation ID {number}" if caller.job else f"user ID {number}" if number else "127.0.0.1"
            raise Problem(
                403,
                f"API rate limit exceeded for {who}. If you reach out to GitHub Support for help, "
                "please include the request ID and the timestamp.",
            )
        reset, used = self._window(caller)
        self._windows[self._key(caller)] = (reset, used + 1)

    def give_back(self, caller: Caller) -> None:
        """An answer of 304 is free."""
        reset, used = self._window(caller)
        self._windows[self._key(caller)] = (reset, max(0, used - 1))

    def headers(self, caller: Caller) -> Mapping[str, str]:
        """The rate-limit headers that each answer has."""
        values = {f"x-ratelimit-{name}": str(value) for name, value in self.look(caller).items()}
        return {**values, "x-ratelimit-resource": "core"}

    def _window(self, caller: Caller) -> tuple[int, int]:
        now = int(self._state.clock.now().timestamp())
        reset, used = self._windows.get(self._key(caller), (0, 0))
        return (now + HOUR, 0) if reset <= now else (reset, used)

    @staticmethod
    def _key(caller: Caller) -> str:
        return f"{caller.kind}:{caller.login}"
