"""What a person can mend: every error that the desk raises on purpose.

Exit codes: 1 defect, or GitHub said no; 2 configuration (a token that is not valid) or input.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


class BizopsError(Exception):
    """Something that a person can mend: what is wrong, where, and what to do about it."""

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        self.what, self.where, self.fix = what, where, fix
        super().__init__(str(Problem(what, where, fix)))


class InputError(BizopsError):
    """An event, an issue file or an argument that cannot be used."""


class ConfigError(BizopsError):
    """Every problem of the configuration at once."""

    def __init__(self, problems: "Iterable[Problem]") -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(first.what, where=first.where, fix=first.fix)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class GitHubError(BizopsError):
    """GitHub did not answer, or said no."""

    exit_code = 1

    def __init__(self, what: str, *, status: int = 0, where: str = "", fix: str = "") -> None:
        self.status = status
        self.exit_code = 2 if status == 401 else self.exit_code  # a token that is not valid is configuration
        super().__init__(what, where=where, fix=fix)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: `policies/labels.yml:12: unknown key "rout"; did you mean "routes"?`."""

    what: str
    where: str = ""
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.where + ': ' if self.where else ''}{self.what}{'; ' + self.fix if self.fix else ''}"


def nearest(name: str, known: Iterable[str]) -> str:
    """`did you mean "X"?` for the known name nearest to `name`, else the empty string."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else ""
