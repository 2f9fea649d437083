"""The embedded GitHub as one object: a server in a thread, and the things that tests and the demo do to it."""

import secrets
import signal
import socket
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from starlette.routing import BaseRoute

from bizops.errors import BizopsError
from bizops.local.github import issues, runs
from bizops.local.github.admin import administration
from bizops.local.github.api import Api
from bizops.local.github.clock import Clock
from bizops.local.github.faults import Entry, Faults
from bizops.local.github.records import Comment, Issue, Role, Token, User, UserType
from bizops.local.github.state import BOT, Actor, Delivery, State
from bizops.local.github.view import View
from bizops.local.github.wire import Server

__all__ = ["LocalGitHub", "serve"]


Routes = Callable[["LocalGitHub"], Sequence[BaseRoute]]


class LocalGitHub:
    """A GitHub with one repository on 127.0.0.1. Use it in a `with`, or call `start` and `stop`.

    `clock` is a `Clock` or the time at which it stands; None is real time. `state` is a file that keeps everything;
    None keeps it in memory. `port` 0 takes a free one. `routes` is called with this object once; what it returns
    is looked at before the API's own routes (a page for people).
    """

    def __init__(
        self,
        repository: str = "acme/ops",
        *,
        private: bool = False,
        clock: Clock | datetime | None = None,
        state: Path | str | None = None,
        port: int = 0,
        workflows: Sequence[str] = ("process-issue.yml",),
        routes: Routes = lambda _github: (),
    ) -> None:
        self.clock = clock if isinstance(clock, Clock) else Clock(clock)
        file = None if state is None else Path(state)
        self.state = State(repository, private=private, clock=self.clock, file=file)
        try:
            self._socket = _bound(port)
        except BizopsError:
            self.state.store.close()
            raise
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.state.api = self.state.web = self.url
        self.api = Api(self.state)
        for name in workflows:
            if runs.find_workflow(self.state, name) is None:
                runs.add_workflow(self.state, name)
        self._server = Server(self.api.application([*administration(self), *routes(self)]))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="github", daemon=True
        )

    def start(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        if not self._server.ready.wait(10):
            raise BizopsError(f"the embedded GitHub did not start on {self.url}")
        return self

    def stop(self) -> None:
        """Stop answering; what is under way is dropped."""
        self._server.stop()
        self._thread.join(10)
        self._socket.close()
        self.state.store.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def repository(self) -> str:
        """`owner/name`."""
        return self.state.repository

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose."""
        return self.api.faults

    @property
    def log(self) -> deque[Entry]:
        """Every request to the API."""
        return self.api.log

    @property
    def deliveries(self) -> deque[Delivery]:
        """What webhooks would have been told, oldest first."""
        return self.state.deliveries

    def limit(self, requests: int | None) -> None:
        """How many requests an account has in an hour; None is GitHub's own figure."""
        self.api.rates.limit = requests

    def user(
        self,
        login: str,
        permission: Role | None = None,
        *,
        type: UserType = "User",  # noqa: A002  GitHub's word
        association: str | None = None,
        name: str | None = None,
    ) -> User:
        """An account: made if it is new, given that permission if one is named. None: it merely exists."""
        with self.state.writing():
            known = self.state.find_user(login)
            role: Role = permission or (known.role if known else "none")
            key = known.id if known else self.state.new_id(User)
            kind = known.type if known else "Bot" if login.endswith("[bot]") else type
            made = User(login, key, kind, role, association, name, self.clock.text())
            self.state.store.put(made)
            return made

    def token(self, login: str, permissions: Mapping[str, str] | None = None) -> str:
        """A personal token. With permissions (`{"issues": "write"}`) a fine-grained one."""
        self._known(login)
        return self._token(Token(f"ghp_{secrets.token_hex(18)}", login, permissions=_pairs(permissions)))

    def job_token(self, permissions: Mapping[str, str]) -> str:
        """The token of a job with these `permissions`: `{"issues": "write", "contents": "read"}`."""
        return self._token(Token(f"ghs_{secrets.token_hex(18)}", BOT, job=True, permissions=_pairs(permissions)))

    def revoke(self, token: str) -> None:
        """End a token, as the end of a job does."""
        with self.state.writing():
            if (known := self.state.store.get(Token, token)) is not None:
                self.state.store.delete(known)

    def file_issue(
        self,
        login: str,
        title: str,
        body: str | None = None,
        *,
        labels: Sequence[str] = (),
        assignees: Sequence[str] = (),
        pull_request: bool = False,
    ) -> Issue:
        """An issue as somebody's; labels are set in the author's name and made if they do not exist."""
        author = Actor(self._known(login))
        return issues.open_issue(
            self.state, author, title, body, labels=labels, assignees=assignees, pull_request=pull_request
        )

    def open_by_form(self, login: str, title: str, body: str, *, labels: Sequence[str] = ()) -> Issue:
        """An issue by a form: its labels have the author as actor, and those that do not exist are dropped."""
        return issues.open_issue(self.state, Actor(self._known(login)), title, body, labels=labels, make_labels=False)

    def comment(self, login: str, number: int, body: str) -> Comment:
        """A comment as somebody's."""
        return issues.comment(self.state, Actor(self._known(login)), number, body)

    def issue(self, number: int) -> dict[str, Any]:
        """An issue as the API shows it."""
        return View(self.state).issue(self.state.issue(number))

    def labels(self, number: int) -> list[str]:
        """The names of an issue's labels."""
        return [label.name for label in self.state.labels_of(self.state.issue(number))]

    def comments(self, number: int) -> list[dict[str, Any]]:
        """The comments of an issue as the API shows them."""
        view = View(self.state)
        return [view.comment(one) for one in self.state.store.of_issue(Comment, number)]

    def timeline(self, number: int) -> list[dict[str, Any]]:
        """The timeline of an issue as the API shows it."""
        view = View(self.state)
        return [view.entry(entry) for entry in view.timeline(number)]

    def _known(self, login: str) -> str:
        found = self.state.find_user(login)
        return self.user(login).login if found is None else found.login

    def _token(self, token: Token) -> str:
        with self.state.writing():
            self.state.store.put(token)
        return token.value


def serve(
    repository: str = "acme/ops",
    *,
    port: int = 0,
    state: Path | str | None = None,
    private: bool = False,
    ready: Callable[[LocalGitHub], None] | None = None,
    routes: Routes = lambda _github: (),
) -> None:
    """Serve until interrupted or terminated, printing nothing. `ready` is called once it answers."""
    github = LocalGitHub(repository, private=private, state=state, port=port, routes=routes)
    ended = threading.Event()
    former = signal.signal(signal.SIGTERM, lambda *_: ended.set())
    try:
        with github:
            if ready is not None:
                ready(github)
            ended.wait()
            github.state.delivered()
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, former)


def _bound(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise BizopsError(
            f"port {port} of 127.0.0.1 cannot be used ({error.strerror})", fix="name another port"
        ) from None
    return listener


def _pairs(permissions: Mapping[str, str] | None) -> tuple[tuple[str, str], ...] | None:
    if permissions is None:
        return None
    return tuple((area.replace("_", "-"), level) for area, level in permissions.items())
