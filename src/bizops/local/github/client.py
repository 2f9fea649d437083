"""Requests to the embedded GitHub's own API as one of its people, so that GitHub's rules hold for the demo too."""

from typing import Any

from bizops.local.github.problem import Problem
from bizops.local.github.records import Token
from bizops.local.github.server import LocalGitHub

__all__ = ["ask"]


def ask(github: LocalGitHub, login: str, method: str, path: str, body: Any) -> Any:
    """The answer's JSON to a request as `login`; `path` is below the repository, or begins with `/`.

    Raises Problem with the status and GitHub's message when it refuses.
    """
    import requests

    url = github.url + (path if path.startswith("/") else f"/repos/{github.repository}/{path}")
    headers = {"authorization": f"Bearer {_token(github, login)}"} if login else {}
    with requests.Session() as session:
        session.trust_env = False  # a proxy of the environment has no business on loopback
        reply = session.request(method, url, json=body, headers=headers, timeout=60)
    value = reply.json() if reply.content else None
    if reply.status_code >= 400:
        raise Problem(reply.status_code, _message(value))
    return value


def _message(value: Any) -> str:
    """GitHub's message with the reasons that it gives for each field."""
    if not isinstance(value, dict):
        return "no answer"
    errors = [one for one in value.get("errors") or () if isinstance(one, dict)]
    more = [str(one.get("message") or f"{one.get('field')} {one.get('code')}") for one in errors]
    return ": ".join(filter(None, [str(value.get("message", "")), "; ".join(more)]))


def _token(github: LocalGitHub, login: str) -> str:
    """A personal token of the account: the one that it has, or a new one."""
    tokens = github.state.store.all(Token)
    known = (one.value for one in tokens if one.login == login and not one.job and one.permissions is None)
    return next(known, "") or github.token(login)
