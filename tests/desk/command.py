"""The command line in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bizops.local.github.server import LocalGitHub
from tests.conftest import COMPANY, JOB

SRC = Path(__file__).parents[2] / "src"


def bizops(
    *words: str, cwd: Path = COMPANY, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """`python -m bizops ...` as a person calls it."""
    given = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SRC), "HOME": str(cwd), **(environment or {})}
    return subprocess.run(
        [sys.executable, "-m", "bizops", *words],
        cwd=cwd,
        env=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def there(github: LocalGitHub, **more: str) -> dict[str, str]:
    """The environment of a job on this GitHub."""
    return {
        "GITHUB_API_URL": github.url,
        "GITHUB_REPOSITORY": "acme/ops",
        "GITHUB_TOKEN": github.job_token(JOB),
        "GITHUB_ACTIONS": "true",
        "GITHUB_RUN_ID": "77",
        **more,
    }
