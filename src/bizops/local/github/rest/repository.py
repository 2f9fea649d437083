"""The account, the rate limit, the repository and who may do what in it."""

from bizops.local.github.problem import Problem, forbidden, missing
from bizops.local.github.records import User
from bizops.local.github.repository import full
from bizops.local.github.rest.call import Answer, Call, Route, page
from bizops.local.github.view import ROLES

__all__ = ["ROUTES"]

ONE = "/repos/{owner}/{repo}"
LEGACY = {"maintain": "write", "triage": "read"}


def myself(call: Call) -> Answer:
    """GET the account of the token; a job's token is none."""
    if call.caller.job:
        raise Problem(403, "Resource not accessible by integration")
    _ = call.actor
    assert call.caller.user is not None
    return Answer(200, _profile(call, call.caller.user))


def somebody(call: Call) -> Answer:
    """GET an account."""
    return Answer(200, _profile(call, call.state.user(call.params["login"])))


def limit(call: Call) -> Answer:
    """GET what is left of the primary limit."""
    core = call.rates.look(call.caller)
    other = {**core, "used": 0, "remaining": core["limit"]}
    resources = {"core": core, "search": other, "graphql": other, "integration_manifest": other}
    return Answer(200, {"resources": resources, **({} if call.view.dated else {"rate": core})})


def read(call: Call) -> Answer:
    """GET the repository."""
    call.caller.must_read("metadata")
    return Answer(200, full(call.view, None if call.caller.user is None else call.caller.role))


def permission(call: Call) -> Answer:
    """GET what an account may do: on a public repository everybody that exists may read."""
    call.caller.must_read("metadata")
    _ = call.actor
    if not call.caller.job and not call.caller.at_least("write"):
        raise forbidden("Must have push access to view collaborator permission.")
    user = call.state.find_user(call.params["login"])
    if user is None or user.type == "Bot":
        raise Problem(404, f"{call.params['login']} is not a user")
    role = _role(call, user)
    content = {"permission": LEGACY.get(role, role), "user": call.view.collaborator(user, role), "role_name": role}
    return Answer(200, content)


def collaborators(call: Call) -> Answer:
    """GET those who were given a role."""
    _must_push(call)
    people = [user for user in call.state.store.all(User) if user.role != "none" and user.type == "User"]
    return page(call, people, lambda user: call.view.collaborator(user, user.role))


def collaborates(call: Call) -> Answer:
    """GET whether an account was given a role: 204 or 404."""
    _must_push(call)
    if call.state.user(call.params["login"]).role == "none":
        raise missing()
    return Answer(204)


def assignees(call: Call) -> Answer:
    """GET those who can be assigned anywhere."""
    call.caller.must_read("issues", "pull-requests")
    people = [user for user in call.state.store.all(User) if user.role != "none"]
    return page(call, people, lambda user: call.view.user(user.login))


def _must_push(call: Call) -> None:
    call.caller.must_read("metadata")
    _ = call.actor
    if not call.caller.job and not call.caller.at_least("write"):
        raise forbidden("Must have push access to view repository collaborators.")


def _role(call: Call, user: User) -> str:
    if user.login.lower() == call.state.owner.lower():
        return "admin"
    return max("none" if call.state.private else "read", user.role, key=ROLES.index)


def _profile(call: Call, user: User) -> dict[str, object]:
    return {
        **call.view.user(user.login),
        "name": user.name,
        **dict.fromkeys(("company", "location", "email", "hireable", "bio", "twitter_username")),
        "blog": "",
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": user.created_at,
        "updated_at": user.created_at,
    }


ROUTES: list[Route] = [
    ("GET", "/user", myself),
    ("GET", "/users/{login}", somebody),
    ("GET", "/rate_limit", limit),
    ("GET", ONE, read),
    ("GET", ONE + "/collaborators", collaborators),
    ("GET", ONE + "/collaborators/{login}", collaborates),
    ("GET", ONE + "/collaborators/{login}/permission", permission),
    ("GET", ONE + "/assignees", assignees),
]
