"""What a sweep costs: requests, writes, seconds and memory of its process, for 1,000 and 10,000 open issues.

    .venv/bin/python -m benchmarks.sweep [--issues 1000 10000]

Against the embedded GitHub on loopback, whose limit of requests an hour is switched off. `build`: no cache yet;
`unchanged`: nothing happened since; `one breach`: one deadline has passed; `full list`: the daily proof of the cache.
Bounds (issue: sweep): unchanged at most 10 requests and no write, full list at most 110, under 60 s and 300 MB.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bizops.local.github import seed
from bizops.local.github.server import LocalGitHub

ROOT = Path(__file__).parents[1]
BOUNDS = {"unchanged": (10, 0), "full list": (110, 6)}
SECONDS, MEGABYTES = 60, 300


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--issues", nargs="+", type=int, default=[1_000, 10_000])
    over = False
    for count in parser.parse_args().issues:
        with tempfile.TemporaryDirectory() as folder, LocalGitHub("acme/ops") as github:
            github.limit(10**9)
            over |= measure(github, Path(folder), count)
    return 1 if over else 0


def measure(github: LocalGitHub, folder: Path, count: int) -> bool:
    """Print a line for each kind of sweep; whether a bound was broken."""
    policies = folder / "policies"
    policies.mkdir()
    (policies / "sla.yml").write_text("sweep: {requests: 1000000, writes: 1000000}\n")
    agents = (ROOT / "policies" / "agents.yml").read_text()
    adopted = agents.replace("answer_from: null", "answer_from: 2100-01-01T00:00:00Z")  # nobody waits for an answer
    (policies / "agents.yml").write_text(adopted)
    github.user("zoe", None)
    began = datetime.now(UTC) - timedelta(minutes=30)
    seed.seed(github.state, count, author="zoe", opened=lambda n: began + timedelta(milliseconds=n), labels=_labels)
    print(f"{count} open issues")
    over = False
    for kind in ("build", "unchanged", "full list"):
        if kind == "full list":
            _forget_full_list(github)
        over |= _sweep(github, folder, kind)
    return over


def _labels(place: int) -> tuple[str, ...]:
    return (f"priority/P{1 + place % 3}", "finance/analysis", "status/done")


def _forget_full_list(github: LocalGitHub) -> None:
    """As if the last full list were a day old."""
    from bizops.desk.branch import Branch
    from bizops.desk.cache import CACHE, parse
    from bizops.desk.github import GitHub

    branch = Branch(GitHub("acme/ops", github.job_token({"contents": "write"}), github.url))
    cache = parse(branch.read(CACHE), int(time.time()))
    assert cache
    cache.full_at -= 25 * 3600
    branch.write(cache.render(), "A day passes")


def _sweep(github: LocalGitHub, folder: Path, kind: str) -> bool:
    token = github.job_token({"issues": "write", "contents": "write", "actions": "write"})
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT / "src"),
        "GITHUB_REPOSITORY": "acme/ops",
        "GITHUB_TOKEN": token,
        "GITHUB_API_URL": github.url,
        "GITHUB_ACTIONS": "true",
        "GITHUB_RUN_ID": "1",
    }
    words = [sys.executable, "-m", "bizops", "sweep", "--once", "--json", "--policies", str(folder / "policies")]
    start = time.perf_counter()
    process = subprocess.Popen(words, cwd=folder, env=environment, stdout=subprocess.PIPE)
    assert process.stdout
    out = json.loads(process.stdout.read())
    _, _, used = os.wait4(process.pid, 0)
    seconds, megabytes = time.perf_counter() - start, used.ru_maxrss / 1024
    most = BOUNDS.get(kind)
    ratio = f"  {out['requests'] / most[0]:.2f} of {most[0]} requests" if most else ""
    print(
        f"  {kind:10} {out['requests']:6} requests {out['writes']:3} writes {seconds:6.1f} s {megabytes:5.0f} MB{ratio}"
    )
    if most is None:
        return False
    return out["requests"] > most[0] or out["writes"] > most[1] or seconds > SECONDS or megabytes > MEGABYTES


if __name__ == "__main__":
    sys.exit(main())
