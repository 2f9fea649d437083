"""Workflows, their runs and dispatches."""

from bizops.local.github import runs
from bizops.local.github.payloads import outside_event
from bizops.local.github.problem import Problem, invalid
from bizops.local.github.records import Run, Workflow
from bizops.local.github.repository import minimal
from bizops.local.github.rest.call import Answer, Call, Route, page

__all__ = ["ROUTES"]

ACTIONS = "/repos/{owner}/{repo}/actions"
ENDED = ("success", "failure", "cancelled", "skipped", "timed_out", "neutral", "action_required", "stale")


def workflows(call: Call) -> Answer:
    """GET the workflows."""
    call.caller.must_read("actions")
    return page(call, call.state.store.all(Workflow), call.view.workflow, "workflows")


def workflow(call: Call) -> Answer:
    """GET a workflow by id or file name."""
    call.caller.must_read("actions")
    return Answer(200, call.view.workflow(runs.get_workflow(call.state, call.params["workflow"])))


def dispatched(call: Call) -> Answer:
    """POST a dispatch: 204, or 200 with the run when `return_run_details` or the newer API version asks for it."""
    call.caller.must_write("actions")
    file = runs.get_workflow(call.state, call.params["workflow"]).file
    inputs = call.json.get("inputs") or {}
    if not isinstance(inputs, dict):
        raise Problem(422, "Invalid request.\n\nFor 'properties/inputs', it is not an object.")
    run = runs.dispatch(call.state, call.actor, file, call.required("ref", "WorkflowDispatch"), inputs)
    if not call.view.dated and call.json.get("return_run_details") is not True:
        return Answer(204)
    shown = call.view.run(run, {})
    return Answer(200, {"workflow_run_id": run.id, "run_url": shown["url"], "html_url": shown["html_url"]})


def told(call: Call) -> Answer:
    """POST a `repository_dispatch`: 204, and a delivery."""
    call.caller.must_write("contents")
    with call.state.writing():
        kind = call.required("event_type", "RepositoryDispatch")
        outside_event(call.state, call.actor, kind, call.json.get("client_payload") or {})
    return Answer(204)


def listed(call: Call) -> Answer:
    """GET the runs, of one workflow if the path names it; newest first."""
    call.caller.must_read("actions")
    query, shown = call.query, call.state.store.all(Run)[::-1]
    if "workflow" in call.params:
        key = runs.get_workflow(call.state, call.params["workflow"]).id
        shown = [run for run in shown if run.workflow == key]
    status = query.get("status")
    if status is not None and status not in {"queued", "in_progress", "completed", *ENDED}:
        raise invalid("WorkflowRun", "status", "invalid", value=status)

    def fits(run: Run) -> bool:
        return (
            status in {None, run.status, run.conclusion}
            and query.get("event") in {None, run.event}
            and query.get("branch") in {None, run.branch}
            and query.get("actor") in {None, run.actor}
        )

    return page(call, [run for run in shown if fits(run)], lambda run: _shown(call, run), "workflow_runs")


def read(call: Call) -> Answer:
    """GET a run."""
    call.caller.must_read("actions")
    return Answer(200, _shown(call, runs.get_run(call.state, call.params["run"])))


def cancelled(call: Call) -> Answer:
    """POST: cancel a run."""
    call.caller.must_write("actions")
    runs.cancel(call.state, call.params["run"])
    return Answer(202, {})


def _shown(call: Call, run: Run) -> dict[str, object]:
    return call.view.run(run, minimal(call.view))


ROUTES: list[Route] = [
    ("POST", "/repos/{owner}/{repo}/dispatches", told),
    ("GET", ACTIONS + "/workflows", workflows),
    ("GET", ACTIONS + "/workflows/{workflow}", workflow),
    ("POST", ACTIONS + "/workflows/{workflow}/dispatches", dispatched),
    ("GET", ACTIONS + "/workflows/{workflow}/runs", listed),
    ("GET", ACTIONS + "/runs", listed),
    ("GET", ACTIONS + "/runs/{run:int}", read),
    ("POST", ACTIONS + "/runs/{run:int}/cancel", cancelled),
]
