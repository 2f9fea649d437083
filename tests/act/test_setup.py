"""The environment of the actions: made once, whole or not at all, by however many jobs at the same time."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.act.harness import PASSED, ROOT

pytestmark = pytest.mark.slow
WORKS = "import github, openai, pydantic, ruamel.yaml, jinja2; print('it works')"


def start(cache: Path, **more: str) -> "subprocess.Popen[str]":
    home = Path.home() / ".cache"
    environment = {name: value for name, value in os.environ.items() if name.startswith(PASSED)}
    environment |= {"UV_CACHE_DIR": str(home / "uv"), "PIP_CACHE_DIR": str(home / "pip")}
    environment |= {"PATH": os.environ["PATH"], "HOME": str(cache.parent), "RUNNER_TOOL_CACHE": str(cache)} | more
    words = [getattr(sys, "_base_executable", sys.executable), "-I", str(ROOT / "actions" / "setup.py")]
    pipe = subprocess.PIPE
    return subprocess.Popen(words, env=environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True)


def finish(process: "subprocess.Popen[str]") -> tuple[int, str, dict[str, str]]:
    """The exit code, everything that was said, and the outputs."""
    out, err = process.communicate(timeout=120)
    lines = [line.partition("=") for line in out.splitlines() if "=" in line]
    return process.returncode, out + err, {name: value for name, _, value in lines}


def works(outputs: dict[str, str]) -> bool:
    done = subprocess.run([outputs["python"], "-I", "-c", WORKS], capture_output=True, text=True, check=False)
    return done.stdout.strip() == "it works"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A tool cache where two jobs have set up at the same time."""
    folder = tmp_path_factory.mktemp("setup") / "tools"
    both = [start(folder), start(folder)]
    ended = [finish(process) for process in both]
    assert [code for code, _, _ in ended] == [0, 0], ended
    assert ended[0][2] == ended[1][2]
    assert sum("installing" in said for _, said, _ in ended) == 1
    yield folder
    shutil.rmtree(folder)


def environments(cache: Path) -> list[Path]:
    return [entry for entry in (cache / "bizops").iterdir() if entry.is_dir()]


def test_two_jobs_at_once_make_one_environment_that_works(cache: Path) -> None:
    code, said, outputs = finish(start(cache))
    assert (code, "installing" in said) == (0, False)
    assert environments(cache) == [Path(outputs["python"]).parents[1]]
    assert works(outputs)
    assert Path(outputs["source"], "bizops", "__main__.py").is_file()


def test_an_environment_that_lost_a_file_is_made_again(cache: Path) -> None:
    [place] = environments(cache)
    next(place.rglob("pydantic/main.py")).unlink()
    code, said, outputs = finish(start(cache))
    assert (code, "installing" in said) == (0, True)
    assert works(outputs)
    assert environments(cache) == [place]


def test_a_job_that_died_while_it_installed_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    cache = tmp_path / "tools"
    first = start(cache)
    deadline = time.monotonic() + 60
    while not list((cache / "bizops").glob(".part-*/*")) and time.monotonic() < deadline:
        assert first.poll() is None
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    assert environments(cache)
    code, _, outputs = finish(start(cache))
    assert code == 0
    assert works(outputs)
    assert environments(cache) == [Path(outputs["python"]).parents[1]]


def test_where_the_tool_cache_cannot_be_written_the_temporary_folder_is_used(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    code, said, outputs = finish(start(blocked / "tools", RUNNER_TEMP=str(tmp_path / "temp")))
    assert code == 0, said
    assert Path(outputs["python"]).is_relative_to(tmp_path / "temp")


def test_packages_that_cannot_be_fetched_are_a_clear_error(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9/simple"
    empty = {"PIP_CACHE_DIR": str(tmp_path / "a"), "UV_CACHE_DIR": str(tmp_path / "b")}
    more = {"PIP_INDEX_URL": nowhere, "UV_DEFAULT_INDEX": nowhere, "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
    code, said, _ = finish(start(tmp_path / "tools", **empty, **more, PIP_FIND_LINKS=""))
    assert code == 2
    assert "bizops: " in said
    assert "Traceback" not in said
