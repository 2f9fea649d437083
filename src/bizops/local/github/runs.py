"""Workflows and their runs. Nothing is executed here: a run is what a client can see of one."""

from collections.abc import Mapping
from dataclasses import replace

from bizops.local.github.payloads import dispatch_event
from bizops.local.github.problem import Problem, invalid, missing
from bizops.local.github.records import Ref, Run, Workflow
from bizops.local.github.state import Actor, State

__all__ = ["add_workflow", "cancel", "dispatch", "find_workflow", "finish", "get_run", "get_workflow", "start"]


def add_workflow(state: State, file: str, name: str | None = None, inputs: tuple[str, ...] | None = None) -> Workflow:
    """Make a workflow file known; `inputs` are the names that a dispatch may give, None takes any."""
    known = find_workflow(state, file)
    with state.writing():
        key = state.new_id(Workflow) if known is None else known.id
        made = Workflow(key, file, name or file.rsplit(".", 1)[0].replace("-", " ").capitalize(), inputs)
        state.store.put(made)
        return made


def find_workflow(state: State, which: str) -> Workflow | None:
    """A workflow by its file name or id."""
    return next((one for one in state.store.all(Workflow) if which in {one.file, str(one.id)}), None)


def get_workflow(state: State, which: str) -> Workflow:
    """A workflow by its file name or id; 404 when there is none."""
    if (found := find_workflow(state, which)) is None:
        raise missing()
    return found


def get_run(state: State, key: int) -> Run:
    """A run; 404 when there is none."""
    if (found := state.store.get(Run, key)) is None:
        raise missing()
    return found


def start(
    state: State,
    actor: Actor,
    file: str,
    *,
    event: str = "issues",
    run: int | None = None,
    status: str = "in_progress",
    branch: str = "main",
    inputs: Mapping[str, str] | None = None,
) -> Run:
    """A run that exists from now on, as if an event had started it."""
    with state.writing():
        workflow = get_workflow(state, file)
        now, key = state.clock.text(), state.new_id(Run) if run is None else run
        number = state.store.next(f"runs of {workflow.file}")
        given = tuple((inputs or {}).items())
        ref = state.store.get(Ref, f"refs/heads/{branch}")
        head = "0" * 40 if ref is None else ref.sha
        made = Run(key, workflow.id, number, event, branch, actor.login, now, now, status, inputs=given, head=head)
        state.store.put(made)
        return made


def finish(state: State, run: int, conclusion: str = "success") -> Run:
    """A run has ended."""
    with state.writing():
        done = replace(get_run(state, run), status="completed", conclusion=conclusion, updated_at=state.clock.text())
        state.store.put(done)
        return done


def cancel(state: State, run: int) -> Run:
    """A run is cancelled at once; 409 when it has ended."""
    if get_run(state, run).status == "completed":
        raise Problem(409, "Cannot cancel a workflow run that is completed.")
    return finish(state, run, "cancelled")


def dispatch(state: State, actor: Actor, file: str, ref: str, inputs: Mapping[str, str] | None = None) -> Run:
    """A `workflow_dispatch`: a queued run and a delivery. It starts a workflow even when a job's token sends it."""
    workflow = get_workflow(state, file)
    branch = ref.removeprefix("refs/heads/")
    if branch not in state.branches:
        raise Problem(422, f"No ref found for: {ref}")
    given = {name: _text(value) for name, value in (inputs or {}).items()}
    if workflow.inputs is not None and (unknown := [name for name in given if name not in workflow.inputs]):
        raise Problem(422, f"Unexpected inputs provided: {unknown}".replace("'", '"'))
    if len(given) > 25:
        raise invalid("WorkflowDispatch", "inputs", "custom", "You may only define up to 25 inputs")
    with state.writing():
        run = start(state, actor, file, event="workflow_dispatch", status="queued", branch=branch, inputs=given)
        dispatch_event(state, actor, workflow, run)
        return run


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
