"""The page in the browser: the list of issues, each thread, forms to file and to comment, the runs of the desk.

Whatever it writes goes through the API as one of the people, so GitHub's rules hold; the desk hears of it by a
delivery, as on Actions. Works without JavaScript; the one small script only brings the page up to date meanwhile.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from markupsafe import Markup
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bizops.issue import PRIORITIES
from bizops.local.github.client import ask
from bizops.local.github.problem import Problem
from bizops.local.github.records import Issue, Label, Run
from bizops.local.github.server import LocalGitHub
from bizops.local.runner import WORKFLOW, Done, Jobs
from bizops.local.web import threads
from bizops.local.web.forms import Form, body, missing
from bizops.local.web.guard import Asked, guarded
from bizops.policy import Policy
from bizops.rules.visible import one_line, visible

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Site", "routes"]

TEMPLATES, STATIC = (Path(__file__).parent / name for name in ("templates", "static"))
PER_PAGE = 50
MEDIA = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}
ERRORS = {
    400: "That cannot be read",
    403: "Not from here",
    404: "There is no such page",
    413: "Too large",
    415: "Not a form",
    422: "GitHub would not take that",
}
OPERATOR = "ada"  # who presses "Run again"


@dataclass(frozen=True)
class Site:
    """What the pages show: a GitHub, the runs of its desk, and the forms for new issues."""

    github: LocalGitHub
    jobs: Jobs
    policy: Policy
    forms: Sequence[Form] = ()
    read: Callable[[str, str], str | None] = lambda _commit, _path: None  # a file of the repository at a commit

    @property
    def root(self) -> str:
        """The path below which the pages lie, as on GitHub."""
        return f"/{self.github.repository}"

    @cached_property
    def templates(self) -> "Environment":
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        made = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.filters |= {"markdown": self.markdown, "one_line": one_line}
        made.globals |= {"root": self.root, "repository": self.github.repository, "priorities": PRIORITIES}
        made.filters["ago"] = lambda text: threads.ago(text, self.github.clock.now())
        return made

    def markdown(self, text: str) -> Markup:
        """A text as HTML, where links to the repository stay on this page, whatever port it had before."""
        from bizops.local.web.markdown import rendered

        name = re.escape(self.github.repository)
        links = re.compile(rf'href="(?:https://github\.com|http://127\.0\.0\.1:[0-9]{{1,5}})/{name}(?=[/"])')
        return Markup(links.sub(f'href="{self.root}', rendered(text)))  # noqa: S704  it was Markup before

    def page(self, name: str, status: int = 200, **values: Any) -> Response:
        """A page of a template."""
        styles = crc32(threads.label_styles(self.github.state).encode())
        text = self.templates.get_template(f"{name}.html.j2").render(styles=styles, **values)
        return Response(text, status, media_type="text/html")


def routes(site: Site) -> list[BaseRoute]:
    """The routes of the pages; those of the API come after them."""
    root = site.root
    pages: list[tuple[str, str, Callable[[Site, Asked], Response]]] = [
        ("GET", "/", _home),
        ("GET", root, _home),
        ("GET", f"{root}/issues", _listed),
        ("POST", f"{root}/issues", _filed),
        ("GET", f"{root}/issues/new", _choice),
        ("GET", f"{root}/issues/new/{{form}}", _blank),
        ("GET", f"{root}/issues/{{number}}", _thread),
        ("POST", f"{root}/issues/{{number}}/comments", _commented),
        ("POST", f"{root}/issues/{{number}}/labels", _labelled),
        ("POST", f"{root}/issues/{{number}}/state", _changed),
        ("POST", f"{root}/issues/{{number}}/again", _again),
        ("GET", f"{root}/actions/runs/{{run}}", _run),
        ("GET", f"{root}/blob/{{commit}}/{{path:path}}", _blob),
        ("GET", "/-/labels.css", _label_styles),
        ("GET", "/-/{name}", _file),
        ("GET", f"{root}/{{rest:path}}", _nowhere),
    ]
    failed = partial(_failed, site)
    return [Route(path, guarded(partial(handler, site), failed), methods=[method]) for method, path, handler in pages]


def _home(site: Site, _asked: Asked) -> Response:
    return RedirectResponse(f"{site.root}/issues", 303)


def _nowhere(_site: Site, _asked: Asked) -> Response:
    raise Problem(404, "Nothing is at this address.")


def _failed(site: Site, status: int, message: str) -> Response:
    title = ERRORS.get(status, "That did not work")
    return site.page("error", status, title=title, message=one_line(message), code=status)


def _file(_site: Site, asked: Asked) -> Response:
    name = asked.params["name"]
    if name not in MEDIA:
        raise Problem(404, "Nothing is at this address.")
    return Response((STATIC / name).read_bytes(), media_type=MEDIA[name])


def _label_styles(site: Site, _asked: Asked) -> Response:
    return Response(threads.label_styles(site.github.state), media_type="text/css")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 12:
        raise Problem(404, f"“{text[:40]}” is not the number of an issue.")
    return int(text)


def _issue(site: Site, asked: Asked) -> Issue:
    number = _number(asked.params["number"])
    found = site.github.state.store.get(Issue, number)
    if found is None:
        raise Problem(404, f"There is no issue {number}.")
    return found


def _listed(site: Site, asked: Asked) -> Response:
    state = site.github.state
    wanted = asked.query.get("state", "all")
    at = max(1, int(asked.query["page"])) if asked.query.get("page", "").isdigit() else 1
    with state.store.lock:
        every = [issue for issue in reversed(state.store.all(Issue)) if not issue.pull_request]
        counts = {"all": len(every), "open": sum(issue.state == "open" for issue in every)}
        counts["closed"] = counts["all"] - counts["open"]
        if wanted not in counts:
            wanted = "all"
        fitting = [issue for issue in every if wanted in {"all", issue.state}]
        pages = max(1, -(-len(fitting) // PER_PAGE))
        at = min(at, pages)
        part = fitting[(at - 1) * PER_PAGE : at * PER_PAGE]
        rows = [threads.row(state, issue, site.policy, site.jobs.busy) for issue in part]
    return site.page(
        "issues", rows=rows, counts=counts, wanted=wanted, at=at, pages=pages, busy=any(row.busy for row in rows)
    )


def _thread(site: Site, asked: Asked) -> Response:
    issue, state = _issue(site, asked), site.github.state
    with state.store.lock:
        shown = threads.thread(state, issue, site.policy, site.jobs.busy)
        labels = sorted(label.name for label in state.store.all(Label) if "status/" not in label.name)
    runs = [done for done in site.jobs.done if done.issue == issue.number and done.worked]
    return site.page(
        "thread",
        thread=shown,
        row=shown.row,
        people=threads.people(state),
        operator=OPERATOR,
        labels=labels,
        runs=runs,
        requests=sum(sum(done.requests.values()) for done in runs),
        busy=shown.row.busy,
    )


def _choice(site: Site, _asked: Asked) -> Response:
    return site.page("choose", forms=site.forms, busy=False)


def _form(site: Site, key: str) -> Form | None:
    """The form of that key; None is the blank issue."""
    if key == "blank":
        return None
    found = next((form for form in site.forms if form.key == key), None)
    if found is None:
        raise Problem(404, f"There is no form “{key[:60]}”.")
    return found


def _blank(site: Site, asked: Asked) -> Response:
    form = _form(site, asked.params["form"])
    return _shown_form(site, form, {}, ())


def _shown_form(
    site: Site, form: Form | None, given: Mapping[str, Sequence[str]], wrong: Sequence[str], status: int = 200
) -> Response:
    people = threads.people(site.github.state)
    return site.page("form", status, form=form, given=given, wrong=wrong, people=people, busy=False)


def _filed(site: Site, asked: Asked) -> Response:
    form = _form(site, asked.field("form"))
    title = asked.field("title").strip()
    wrong = [] if title else ["Title"]
    wrong += missing(form, asked.form) if form else []
    if wrong:
        return _shown_form(site, form, asked.form, [f"“{label}” is missing." for label in wrong], 422)
    issue: dict[str, Any] = {"title": title, "body": body(form, asked.form) if form else asked.field("body")}
    try:
        if form:
            issue |= {"login": _person(site, asked), "labels": list(form.labels)}
            made = ask(site.github, "", "POST", "/_local/issues", issue)
        else:
            made = ask(site.github, _person(site, asked), "POST", "issues", issue)
    except Problem as problem:
        return _shown_form(site, form, asked.form, [problem.message], problem.status)
    return _back(site, int(made["number"]))


def _person(site: Site, asked: Asked) -> str:
    login = asked.field("as")
    if login not in {user.login for user in threads.people(site.github.state)}:
        raise Problem(422, "Nobody of that name can write here.")
    return login


def _back(site: Site, number: int, anchor: str = "") -> Response:
    """To the thread, once the desk has heard of what was written."""
    site.github.state.delivered()
    return RedirectResponse(f"{site.root}/issues/{number}{anchor}", 303)


def _commented(site: Site, asked: Asked) -> Response:
    issue = _issue(site, asked)
    text = asked.field("body")
    if not text.strip():
        raise Problem(422, "The comment is empty.")
    made = ask(site.github, _person(site, asked), "POST", f"issues/{issue.number}/comments", {"body": text})
    return _back(site, issue.number, f"#issuecomment-{made['id']}")


def _labelled(site: Site, asked: Asked) -> Response:
    issue, login, label = _issue(site, asked), _person(site, asked), asked.field("label")
    ask(site.github, login, "POST", f"issues/{issue.number}/labels", {"labels": [label]})
    return _back(site, issue.number)


def _changed(site: Site, asked: Asked) -> Response:
    issue = _issue(site, asked)
    wanted = "closed" if issue.state == "open" else "open"
    ask(site.github, _person(site, asked), "PATCH", f"issues/{issue.number}", {"state": wanted})
    return _back(site, issue.number)


def _again(site: Site, asked: Asked) -> Response:
    issue = _issue(site, asked)
    inputs = {"ref": "main", "inputs": {"issue": str(issue.number)}}
    ask(site.github, OPERATOR, "POST", f"actions/workflows/{WORKFLOW}/dispatches", inputs)
    return _back(site, issue.number)


def _run(site: Site, asked: Asked) -> Response:
    key = _number(asked.params["run"])
    record = site.github.state.store.get(Run, key)
    if record is None:
        raise Problem(404, f"There is no run {key}.")
    done: Done | None = next((one for one in site.jobs.done if one.run == key), None)
    return site.page("run", run=record, done=done, busy=record.status != "completed")


def _blob(site: Site, asked: Asked) -> Response:
    """A file of the repository, as answers cite it."""
    commit, path = asked.params["commit"], asked.params["path"]
    sound = re.fullmatch(r"[0-9a-f]{40}", commit) and "\0" not in path
    text = site.read(commit, path) if sound else None
    if text is None:
        raise Problem(404, "There is no such file at that commit.")
    markdown = path.lower().endswith((".md", ".markdown"))
    return site.page("file", path=one_line(path), commit=commit, text=visible(text), markdown=markdown, busy=False)
