"""Comments and reactions."""

from bizops.local.github import issues
from bizops.local.github.problem import forbidden, invalid
from bizops.local.github.records import Comment, Reaction
from bizops.local.github.rest.call import AREAS, ISSUES, Answer, Call, Route, areas, page, since

__all__ = ["ROUTES"]

ONE = ISSUES + "/{number:int}"
COMMENT = ISSUES + "/comments/{comment:int}"


def listed(call: Call) -> Answer:
    """GET the comments of an issue, oldest first."""
    call.caller.must_read(*AREAS)
    after, number = since(call), call.state.issue(call.number).number
    shown = [one for one in call.state.store.of_issue(Comment, number) if one.updated_at >= after]
    return page(call, shown, call.view.comment)


def of_repository(call: Call) -> Answer:
    """GET the comments of every issue; by id unless `sort` says otherwise."""
    call.caller.must_read(*AREAS)
    after, sort = since(call), call.query.get("sort", "")
    shown = [one for one in call.state.store.all(Comment) if one.updated_at >= after]
    if sort == "updated":
        shown.sort(key=lambda one: (one.updated_at, one.id))
    elif sort in {"created", ""}:
        shown.sort(key=lambda one: one.id)
    else:
        raise invalid("IssueComment", "sort", "invalid")
    if sort and call.query.get("direction", "desc") == "desc":
        shown.reverse()
    return page(call, shown, call.view.comment)


def created(call: Call) -> Answer:
    """POST a comment."""
    call.caller.must_read()
    issue = call.state.issue(call.number)
    call.caller.must_write(*areas(issue), role="read")
    if issue.locked and not call.caller.at_least("write"):
        raise forbidden("Unable to create comment because issue is locked.")
    made = issues.comment(call.state, call.actor, issue.number, call.required("body", "IssueComment"))
    shown = call.view.comment(made)
    return Answer(201, shown, {"location": shown["url"]})


def read(call: Call) -> Answer:
    """GET a comment."""
    call.caller.must_read(*AREAS)
    return Answer(200, call.view.comment(call.state.comment(call.params["comment"])))


def changed(call: Call) -> Answer:
    """PATCH a comment: one's own, or with the right to write anybody's."""
    comment = _own(call)
    edited = issues.edit_comment(call.state, call.actor, comment.id, call.required("body", "IssueComment"))
    return Answer(200, call.view.comment(edited))


def deleted(call: Call) -> Answer:
    """DELETE a comment."""
    issues.delete_comment(call.state, call.actor, _own(call).id)
    return Answer(204)


def reactions(call: Call) -> Answer:
    """GET the reactions to an issue or a comment."""
    number, key = _target(call)
    content = call.query.get("content")
    shown = [one for one in call.state.store.of_issue(Reaction, number, key) if content in {None, one.content}]
    return page(call, shown, call.view.reaction)


def reacted(call: Call) -> Answer:
    """POST a reaction: 201, or 200 when it was there."""
    number, key = _target(call)
    call.caller.must_write(*AREAS, role="read")
    made, new = issues.react(call.state, call.actor, number, call.required("content", "Reaction"), key)
    return Answer(201 if new else 200, call.view.reaction(made))


def unreacted(call: Call) -> Answer:
    """DELETE one's own reaction."""
    number, key = _target(call)
    found = call.state.store.get(Reaction, call.params["reaction"])
    own = found is not None and found.user == call.caller.login
    call.caller.must_write(*AREAS, own=own)
    issues.unreact(call.state, number, call.params["reaction"], key)
    return Answer(204)


def _target(call: Call) -> tuple[int, int | None]:
    call.caller.must_read(*AREAS)
    if "comment" in call.params:
        comment = call.state.comment(call.params["comment"])
        return comment.issue, comment.id
    return call.state.issue(call.number).number, None


def _own(call: Call) -> Comment:
    call.caller.must_read()
    comment = call.state.comment(call.params["comment"])
    issue = call.state.issue(comment.issue)
    call.caller.must_write(*areas(issue), own=comment.user == call.caller.login)
    return comment


ROUTES: list[Route] = [
    ("GET", ISSUES + "/comments", of_repository),
    ("GET", COMMENT, read),
    ("PATCH", COMMENT, changed),
    ("DELETE", COMMENT, deleted),
    ("GET", ONE + "/comments", listed),
    ("POST", ONE + "/comments", created),
    *((method, base + "/reactions" + tail, handler)
      for base in (ONE, COMMENT)
      for method, tail, handler in (
          ("GET", "", reactions), ("POST", "", reacted), ("DELETE", "/{reaction:int}", unreacted))),
]  # fmt: skip
