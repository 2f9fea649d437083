"""The `desk` job under act, without a model: how long it takes and where the time goes, cold and warm.

    .venv/bin/python -m benchmarks.desk_job [--runs 5] [--keep]

Cold: nothing on the machine, no package cache (what a runner of GitHub's own is, each time). Warm: a machine that ran
the job before. Then the route process alone, beside `python -c pass` and beside its imports. Bounds are issue 4's.
"""

import argparse
import json
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks import figures
from bizops.policy import load
from tests.act import harness
from tests.act.conftest import of
from tests.act.harness import Ran, Stage
from tests.conftest import JOB, World, make_world

BODY = "Does it add up?\n\n```csv pl.csv\naccount,amount\nrent,1\nfood,2\n```\n"
PARTS = ("set-up", "collect", "decide", "answer")
WARM_JOB, WARM_SETUP, COLD_SETUP = 5.0, 0.5, 15.0  # seconds
IMPORTS = "import bizops.cli.steps, bizops.cli.setting, bizops.desk.event, bizops.desk.collect, github, pydantic"


def parts(ran: Ran) -> dict[str, float]:
    """Seconds of a job by its parts; `job` is all its steps, from the first to the end."""
    if ran.code:
        raise SystemExit(f"the job failed:\n{ran.log}")
    spent = dict.fromkeys(PARTS, 0.0)
    for step in ran.steps:
        name = step.name.rpartition("/")[2]
        name = {"setup": "set-up", "1": "decide"}.get(name, name) if "/" in step.name else ""
        if name in spent:
            spent[name] += step.seconds
    return spent | {"job": sum(step.seconds for step in ran.steps if "/" not in step.name)}


def processor() -> float:
    """Seconds of processor that ended child processes have used: a busy machine does not change them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def job(stage: Stage, world: World) -> dict[str, float]:
    """One P0 issue from its event to the end of the job; `act` and `cpu` are everything, with what act itself does."""
    number = world.file("Plain", BODY, labels=("finance/analysis", "priority/P0"))
    opened = of(world, number)[0]
    started, cpu = time.monotonic(), processor()
    ran = stage.deliver(world.github, opened)
    took, used = time.monotonic() - started, processor() - cpu
    assert world.shown(number).answers == ("ai-finance-agent@opened",)
    return parts(ran) | {"act": took, "cpu": used}


def table(rows: Mapping[str, Mapping[str, float]]) -> None:
    """Print seconds, a row for each kind of machine."""
    columns = [*PARTS, "job", "act", "cpu"]
    print(f"{'seconds':24}" + "".join(f"{name:>9}" for name in columns))
    for name, row in rows.items():
        print(f"{name:24}" + "".join(f"{row[column]:9.2f}" for column in columns))


def timed(words: Sequence[str], environment: Mapping[str, str], runs: int) -> float:
    """The median seconds of a process."""
    spent = []
    for _ in range(runs):
        started = time.monotonic()
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        spent.append(time.monotonic() - started)
        if done.returncode:
            raise SystemExit(f"{' '.join(words)}: {done.stderr}")
    return median(spent)


def route(world: World, folder: Path, python: str, runs: int) -> dict[str, float]:
    """Time the route process on an event that needs nothing, where each process has its bytecode."""
    number = world.file("Plain", BODY)
    world.run(number)
    event = folder / "event.json"
    event.write_text(json.dumps(of(world, number)[0].payload))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": str(harness.ROOT / "src"),
        "RUNNER_TEMP": str(folder),
        "GITHUB_ACTIONS": "true",
        "GITHUB_RUN_ID": "1",
        "GITHUB_EVENT_NAME": "issues",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_API_URL": world.github.url,
        "GITHUB_REPOSITORY": world.github.repository,
        "GITHUB_TOKEN": world.github.job_token(JOB),
    }
    measure: Callable[..., float] = lambda *words: timed([python, "-P", *words], environment, runs)  # noqa: E731
    measure("-m", "bizops", "collect")
    bare, imports, whole = measure("-c", "pass"), measure("-c", IMPORTS), measure("-m", "bizops", "collect")
    print(f"\nroute alone: {whole:.2f} s; its imports {imports:.2f} s; `python -c pass` {bare:.3f} s")
    print(f"route / imports = {whole / imports:.2f}    route / `python -c pass` = {whole / bare:.1f}")
    return {"route": whole, "imports": imports, "bare": bare}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="of the warm job; the medians are printed")
    parser.add_argument("--keep", action="store_true", help="keep the figures for the README")
    runs: int = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "machine").mkdir()
        stage = Stage(harness.copy(folder / "tree", harness.ROOT / "tests" / "company"), folder / "machine")
        empty = {"UV_CACHE_DIR": str(folder / "uv"), "PIP_CACHE_DIR": str(folder / "pip")}
        with make_world(folder, load()) as world:
            cold = job(replace(stage, caches=empty), world)
            warm = [job(stage, world) for _ in range(runs)]
            middle = {column: median(row[column] for row in warm) for column in warm[0]}
            table({"cold": cold, f"warm (median of {runs})": middle})
            check = middle["set-up"] / 2  # the environment is checked before route and before the agent
            print(f"\nwarm job / bound of {WARM_JOB:.0f} s = {middle['job'] / WARM_JOB:.2f}")
            print(f"warm set-up / bound of {WARM_SETUP} s = {check / WARM_SETUP:.2f}")
            print(f"cold set-up / bound of {COLD_SETUP:.0f} s = {cold['set-up'] / COLD_SETUP:.2f}")
            [python] = (folder / "machine").glob("act/tool_cache/bizops/*/bin/python")
            alone = route(world, folder, str(python), runs)
    kept = {name.replace("-", "_"): middle[name] for name in (*PARTS, "job")}
    kept |= {"job_ratio": middle["job"] / WARM_JOB, "cold_job": cold["job"], "cold_set_up": cold["set-up"]}
    figures.keep("desk_job", kept | alone | {"cold_ratio": cold["set-up"] / COLD_SETUP})


if __name__ == "__main__":
    main()
