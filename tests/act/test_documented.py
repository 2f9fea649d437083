"""What docs/local-events.md tells a user to type does what it says."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.act import harness
from tests.act.harness import ACT, ROOT, Stage

pytestmark = pytest.mark.slow
DOCUMENT = ROOT / "docs" / "local-events.md"


def test_the_commands_of_the_manual_answer_an_issue(quick: Stage, tmp_path: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    serve, names, *rest = blocks
    assert "bizops local" in serve
    assert "export ADMIN" in names
    events = tmp_path / "events"
    server = [sys.executable, "-m", "bizops", "local", "--json", "--events", str(events)]
    with subprocess.Popen(server, cwd=quick.tree, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            script = (
                "\n".join(rest).replace(".cache/events", str(events)).replace("$PWD/.cache/tools/bin", str(ACT.parent))
            )
            packages = {name: value for name, value in os.environ.items() if name.startswith(harness.PASSED)}
            clean = {"PATH": os.environ["PATH"], "HOME": str(quick.machine), **packages}
            clean |= {"GITHUB_API_URL": told["url"], "ADMIN": told["tokens"]["ada"], "JOB": told["job"]}
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script],
                cwd=quick.tree,
                env=clean,
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            process.terminate()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "<!-- bizops:answer ai-finance-agent@opened" in done.stdout
