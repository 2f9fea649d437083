"""The measured figures that the README shows: each benchmark leaves its own, and the table is made of them.

    .venv/bin/python -m benchmarks.figures

writes the README's table anew from `figures.json`; a benchmark does so itself with `--keep`.
"""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILE = ROOT / "benchmarks" / "figures.json"
HEAD = ["| what | figure | bound | command |", "|---|---|---|---|"]
ROWS = (  # what, figure and bound with a benchmark's values, and the benchmark
    (
        "the whole desk job, warm, without a model (under act)",
        "{job:.1f} s: set-up {set_up:.1f}, collect {collect:.1f}, decide {decide:.1f}, answer {answer:.1f}",
        "5 s, ratio {job_ratio:.2f}",
        "desk_job",
    ),
    (
        "the same, cold (environment installed)",
        "{cold_job:.1f} s, of it set-up {cold_set_up:.1f}",
        "set-up 15 s, ratio {cold_ratio:.2f}",
        "desk_job",
    ),
    (
        "the route process alone",
        "{route:.2f} s; its imports {imports:.2f} s; `python -c pass` {bare:.3f} s",
        "",
        "desk_job",
    ),
    (
        "decide with a scripted model beside a bare `openai` call",
        "{decide:.2f} s beside {bare:.2f} s",
        "1.3, ratio {ratio:.2f}",
        "decide",
    ),
    ("requests to GitHub, P0 issue answered and closed", "{answered}", "17", "api_calls"),
    ("requests, an event that needs nothing", "{nothing}", "3", "api_calls"),
    ("requests, the desk's own comment", "{own} (no job starts)", "0", "api_calls"),
)


def table() -> str:
    """The README's table, from `figures.json`."""
    kept = json.loads(FILE.read_text("utf-8"))
    lines = []
    for what, figure, bound, name in ROWS:
        values, said = kept[name]["values"], f"`python -m benchmarks.{name}`, {kept[name]['date']}"
        lines.append(" | ".join([what, figure.format(**values), bound.format(**values), said]))
    return "\n".join([*HEAD, *(f"| {line} |".replace("|  |", "| |") for line in lines)])


def keep(name: str, values: Mapping[str, float]) -> None:
    """Keep what a benchmark measured, and show it, if it was asked to (`--keep`)."""
    if "--keep" not in sys.argv:
        return
    kept = json.loads(FILE.read_text("utf-8"))
    rounded = {key: round(value, 3) for key, value in values.items()}
    kept[name] = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "values": rounded}
    FILE.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    show()


def show() -> None:
    """Write the table into the README."""
    path = ROOT / "README.md"
    before, _, rest = path.read_text("utf-8").partition(HEAD[0])
    after = rest.lstrip("\n").partition("\n\n")[2]
    path.write_text(f"{before}{table()}\n\n{after}", "utf-8")


if __name__ == "__main__":
    show()
