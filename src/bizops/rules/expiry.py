"""The notice that a wait for the requester is over: what it is called, and which answer it speaks of. Pure."""

from collections.abc import Iterable

from bizops.rules.markers import Marker


def key(answer: Marker) -> str:
    """The key of the notice; an answer that was worked again (its comment has a new time) has another."""
    assert answer.comment is not None
    return f"expired/{answer.id}/{int(answer.comment.updated_at.timestamp())}"


def notice(notices: Iterable[Marker], answer: Marker) -> Marker | None:
    """The newest notice that the wait which follows an answer is over, if there is one: then the issue is done."""
    names = (f"expired/{answer.id}", key(answer)) if answer.comment else ()
    since = answer.comment.updated_at if answer.comment else None
    told = [n for n in notices if n.key in names and n.comment and since and n.comment.created_at >= since]
    return max(told, key=lambda marker: marker.id, default=None)
