"""What a write to an issue or its comments means: the records, the timeline, and what is delivered."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bizops.local.github import labels as label_book
from bizops.local.github.payloads import comment_event, issue_event
from bizops.local.github.problem import Problem, invalid, too_long
from bizops.local.github.records import Comment, Event, Issue, Label, Reaction, User
from bizops.local.github.state import Actor, State
from bizops.local.github.view import CONTENTS

__all__ = [
    "assign",
    "assignable",
    "comment",
    "delete_comment",
    "edit",
    "edit_comment",
    "lock",
    "open_issue",
    "react",
    "set_state",
    "unassign",
    "unlock",
    "unreact",
]

LONGEST_BODY = 65_536
LONGEST_TITLE = 256
MOST_ASSIGNEES = 10
REASONS = ("completed", "not_planned", "duplicate")


def open_issue(
    state: State,
    actor: Actor,
    title: str,
    body: str | None = None,
    *,
    labels: Sequence[str] = (),
    assignees: Sequence[str] = (),
    make_labels: bool = True,
    pull_request: bool = False,
) -> Issue:
    """A new issue. Each label and assignee is an event by the author, told after `opened`.

    `make_labels=False` is what a form does: a label that does not exist is dropped without a word.
    """
    _checked_title(title)
    _checked_body("Issue", body)
    with state.writing():
        now = state.clock.text()
        issue = Issue(
            state.new_id(Issue),
            state.store.next("number"),
            title,
            body,
            actor.login,
            now,
            now,
            pull_request=pull_request,
        )
        state.store.put(issue)
        found = label_book.resolve(state, actor, labels, make=make_labels)
        if len(found) > label_book.MOST:
            raise invalid("Issue", "labels", "custom", f"Issues cannot have more than {label_book.MOST} labels")
        people = tuple(_assignable(state, issue.number, login) for login in dict.fromkeys(assignees))
        issue = replace(issue, labels=tuple(label.id for label in found), assignees=people)
        state.store.put(issue)
        _mention(state, issue, actor, body)
        issue_event(state, "opened", actor, issue)
        _tell_details(state, actor, issue, found)
        return issue


def edit(state: State, actor: Actor, number: int, *, title: str | None = None, body: Any = ...) -> Issue:
    """Change the title (a `renamed` event) or the body (REST keeps no event of that)."""
    with state.writing():
        before = state.issue(number)
        issue, changes = before, {}
        if title is not None and title != before.title:
            _checked_title(title)
            issue = replace(issue, title=title)
            changes["title"] = {"from": before.title}
            state.record("renamed", number, actor.login, rename=(before.title, title))
        if body is not ... and body != before.body:
            _checked_body("Issue", body)
            issue = replace(issue, body=body)
            changes["body"] = {"from": before.body or ""}
        if changes:
            issue = replace(issue, updated_at=state.clock.text())
            state.store.put(issue)
            issue_event(state, "edited", actor, issue, changes=changes)
        return issue


def set_state(state: State, actor: Actor, number: int, wanted: str, reason: str | None = None) -> Issue:
    """Close or reopen. An issue that is in that state already keeps its dates and makes no event."""
    with state.writing():
        issue = state.issue(number)
        if wanted == issue.state and (wanted == "open" or reason in {None, issue.state_reason}):
            return issue
        now = state.clock.text()
        if wanted == "closed":
            why: str | None = reason if reason in REASONS else "completed"
            first = issue.state == "open"
            issue = replace(
                issue,
                state="closed",
                state_reason=None if issue.pull_request else why,
                closed_at=now if first else issue.closed_at,
                closed_by=actor.login if first else issue.closed_by,
            )
            state.record("closed", number, actor.login, state_reason=issue.state_reason)
        else:
            why = None if issue.pull_request else "reopened"
            issue = replace(issue, state="open", state_reason=why, closed_at=None, closed_by=None)
            state.record("reopened", number, actor.login, state_reason=why)
        issue = replace(issue, updated_at=now)
        state.store.put(issue)
        issue_event(state, "closed" if wanted == "closed" else "reopened", actor, issue)
        return issue


def assign(state: State, actor: Actor, number: int, logins: Sequence[str]) -> Issue:
    """Assign people; who cannot be assigned, and who is already, is passed over."""
    with state.writing():
        issue = state.issue(number)
        for login in logins:
            user = state.find_user(login)
            if user is None or user.login in issue.assignees or not assignable(state, number, user):
                continue
            if len(issue.assignees) >= MOST_ASSIGNEES:
                break
            issue = replace(issue, assignees=(*issue.assignees, user.login), updated_at=state.clock.text())
            state.store.put(issue)
            state.record("assigned", number, actor.login, assignee=user.login)
            issue_event(state, "assigned", actor, issue, assignee=user.login)
        return issue


def unassign(state: State, actor: Actor, number: int, logins: Sequence[str]) -> Issue:
    """Take people off an issue; who is not assigned is passed over."""
    with state.writing():
        issue = state.issue(number)
        for login in logins:
            user = state.find_user(login)
            if user is None or user.login not in issue.assignees:
                continue
            rest = tuple(one for one in issue.assignees if one != user.login)
            issue = replace(issue, assignees=rest, updated_at=state.clock.text())
            state.store.put(issue)
            state.record("unassigned", number, actor.login, assignee=user.login)
            issue_event(state, "unassigned", actor, issue, assignee=user.login)
        return issue


def assignable(state: State, number: int, user: User) -> bool:
    """Whether GitHub would take that account as an assignee: it has a role here, or has written on the issue."""
    if user.role != "none":
        return True
    issue = state.issue(number)
    return issue.user == user.login or any(one.user == user.login for one in state.store.of_issue(Comment, number))


def comment(state: State, actor: Actor, number: int, body: str) -> Comment:
    """A new comment."""
    _checked_body("IssueComment", body)
    with state.writing():
        now = state.clock.text()
        issue = state.issue(number)
        made = Comment(state.new_id(Comment), number, actor.login, body, now, now)
        state.store.put(made)
        issue = replace(issue, comments=issue.comments + 1, updated_at=now)
        state.store.put(issue)
        _mention(state, issue, actor, body)
        comment_event(state, "created", actor, issue, made)
        return made


def edit_comment(state: State, actor: Actor, key: int, body: str) -> Comment:
    """Another text in the same comment. Nothing shows who did it."""
    _checked_body("IssueComment", body)
    with state.writing():
        before = state.comment(key)
        if before.body == body:
            return before
        now = state.clock.text()
        after = replace(before, body=body, updated_at=now)
        issue = replace(state.issue(before.issue), updated_at=now)
        state.store.put(after)
        state.store.put(issue)
        comment_event(state, "edited", actor, issue, after, changes={"body": {"from": before.body}})
        return after


def delete_comment(state: State, actor: Actor, key: int) -> None:
    """The comment is gone, from the timeline too."""
    with state.writing():
        gone = state.comment(key)
        issue = state.issue(gone.issue)
        for reaction in state.store.of_issue(Reaction, gone.issue, key):
            state.store.delete(reaction)
        state.store.delete(gone)
        issue = replace(issue, comments=issue.comments - 1, updated_at=state.clock.text())
        state.store.put(issue)
        comment_event(state, "deleted", actor, issue, gone)


def lock(state: State, actor: Actor, number: int, reason: str | None = None) -> Issue:
    """Only people who may write can comment from now on."""
    with state.writing():
        issue = state.issue(number)
        if issue.locked:
            return issue
        issue = replace(issue, locked=True, lock_reason=reason, updated_at=state.clock.text())
        state.store.put(issue)
        state.record("locked", number, actor.login, lock_reason=reason)
        issue_event(state, "locked", actor, issue)
        return issue


def unlock(state: State, actor: Actor, number: int) -> Issue:
    """Everybody can comment again."""
    with state.writing():
        issue = state.issue(number)
        if not issue.locked:
            return issue
        issue = replace(issue, locked=False, lock_reason=None, updated_at=state.clock.text())
        state.store.put(issue)
        state.record("unlocked", number, actor.login)
        issue_event(state, "unlocked", actor, issue)
        return issue


def react(state: State, actor: Actor, number: int, content: str, key: int | None = None) -> tuple[Reaction, bool]:
    """A reaction to an issue, or to its comment `key`; and whether it is new (each account has one of a kind)."""
    if content not in CONTENTS:
        raise invalid("Reaction", "content", "invalid")
    for known in state.store.of_issue(Reaction, number, key):
        if (known.user, known.content) == (actor.login, content):
            return known, False
    with state.writing():
        made = Reaction(state.new_id(Reaction), number, key, actor.login, content, state.clock.text())
        state.store.put(made)
        return made, True


def unreact(state: State, number: int, reaction: int, key: int | None = None) -> None:
    """Take a reaction back; 404 when it is not one of that issue or comment."""
    with state.writing():
        found = state.store.get(Reaction, reaction)
        if found is None or (found.issue, found.comment) != (number, key):
            raise Problem(404, "Not Found")
        state.store.delete(found)


def _tell_details(state: State, actor: Actor, issue: Issue, labels: Sequence[Label]) -> None:
    for label in labels:
        state.record("labeled", issue.number, actor.login, label=(label.name, label.color))
        issue_event(state, "labeled", actor, issue, label=label)
    for login in issue.assignees:
        state.record("assigned", issue.number, actor.login, assignee=login)
        issue_event(state, "assigned", actor, issue, assignee=login)


def _assignable(state: State, number: int, login: str) -> str:
    user = state.find_user(login)
    if user is None or not assignable(state, number, user):
        raise invalid("Issue", "assignees", "invalid", value=login)
    return user.login


def _mention(state: State, issue: Issue, actor: Actor, body: str | None) -> None:
    """Whoever is named for the first time is subscribed, and the timeline says so."""
    text = re.sub(r"```.*?(?:```|$)|`[^`\n]*`", "", body or "", flags=re.DOTALL)
    known = {event.actor for event in state.store.of_issue(Event, issue.number) if event.event == "mentioned"}
    for login in dict.fromkeys(re.findall(r"(?<![\w/@.-])@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))", text)):
        user = state.find_user(login)
        if user is not None and user.type == "User" and user.login not in known | {actor.login}:
            state.record("mentioned", issue.number, user.login)
            state.record("subscribed", issue.number, user.login)


def _checked_title(title: str) -> None:
    if not title.strip():
        raise invalid("Issue", "title", "missing_field")
    if len(title) > LONGEST_TITLE:
        raise too_long("Issue", "title", LONGEST_TITLE)


def _checked_body(resource: str, body: str | None) -> None:
    if resource == "IssueComment" and not (body or "").strip():
        raise invalid(resource, "data", "unprocessable", "Body cannot be blank")
    if body is not None and len(body) > LONGEST_BODY:
        raise too_long(resource, "body", LONGEST_BODY)
