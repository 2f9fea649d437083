"""What deciding costs beside the model: a whole decide process, and a process that only makes the same calls.

    .venv/bin/python -m benchmarks.decide [RUNS] [--keep]

Both ask the same scripted model the same turns over HTTP; each run starts a fresh process, in turn, and the medians are
compared (goal: at most 1.3). The bare process is the openai package as its manual shows it.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks import figures
from bizops.case import Case, Data, Work
from bizops.issue import Thread
from bizops.local.model.scripted import ScriptedModel
from bizops.local.model.worker import worker
from bizops.policy import load

AGENT = "ai-finance-agent"
LEDGER = "date,account,text,amount\n" + "\n".join(
    f"2026-10-{1 + n % 28:02d},{4000 + n % 7},entry {n},{n}.50" for n in range(500)
)
BARE = """
import json, openai
client = openai.OpenAI(max_retries=0)
for request in json.load(open({path!r})):
    reply = client.chat.completions.create(**request)
    for call in reply.choices[0].message.tool_calls or ():
        json.loads(call.function.arguments)
"""


def main() -> int:
    """Measure and print."""
    runs = next((int(word) for word in sys.argv[1:] if word.isdecimal()), 7)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "case"
        _write(folder)
        with ScriptedModel(worker) as model:
            environment = {"PATH": os.environ["PATH"], **model.environment}
            whole = [sys.executable, "-m", "bizops.agent.decide", str(folder)]
            _milliseconds(whole, environment)  # once for the bytecode, and to hear the turns
            decision = json.loads((folder / "decision.json").read_text("utf-8"))
            requests = list(model.requests)
            recorded = Path(name) / "requests.json"
            recorded.write_text(json.dumps(requests), "utf-8")
            bare = [sys.executable, "-c", BARE.format(path=str(recorded))]
            _milliseconds(bare, environment)
            pairs = [(_milliseconds(bare, environment), _milliseconds(whole, environment)) for _ in range(runs)]
    one, two = (statistics.median(values) for values in zip(*pairs, strict=True))
    print(f"{AGENT}, voice {decision['voice']}, {len(requests)} turns, {runs} runs each, medians of whole processes")
    print(f"bare openai call   {one:7.0f} ms")
    print(f"decide             {two:7.0f} ms")
    print(f"ratio              {two / one:7.2f}  (goal: at most 1.30)")
    figures.keep("decide", {"bare": one / 1000, "decide": two / 1000, "ratio": two / one})
    return 0


def _write(folder: Path) -> None:
    """A case of 500 bookings."""
    issue = {"number": 1, "title": "Statement for October", "body": "Please sum `ledger.csv` by account."}
    path = folder / "data" / "ledger.csv"
    path.parent.mkdir(parents=True)
    path.write_text(LEDGER, "utf-8")
    data = (Data("ledger.csv", path, "issue"),)
    work = Work(AGENT, "opened")
    case = Case(folder, Thread.read(issue), work, "P2", load(), data=data, now="2026-11-25T10:00:00Z")
    case.write(issue, [])


def _milliseconds(argv: list[str], environment: Mapping[str, str]) -> float:
    """The time of one process that must succeed."""
    started = time.perf_counter()
    subprocess.run(argv, env=environment, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    sys.exit(main())
