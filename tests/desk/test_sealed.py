"""Credentials and agents never meet: what a real decide process can see, and what the modules can reach."""

import ast
import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bizops import case as cases
from bizops import sealed
from bizops.desk.collect import collect
from bizops.policy import Policy
from tests.conftest import World, make_world

SRC = Path(__file__).parents[2] / "src" / "bizops"
SECRET = "ghs_TheTokenThatNoAgentMaySee0123456789"
AWS = "aws-secret-that-no-agent-may-see"
SPY = '''
"""An agent that looks for whatever it can find."""
import json, os, subprocess, sys
from pathlib import Path

from bizops.agent.agent import Agent, Draft

def parents():
    pid, found = int(os.readlink("/proc/self")), []  # as /proc counts, whatever the namespace
    for _ in range(40):
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            break
        pid = int(stat.rpartition(")")[2].split()[1])
        if pid < 1:
            break
        found.append(pid)
    return found

def content(path):
    try:
        with open(path, "rb") as file:
            return file.read(5_000_000).decode("utf-8", "replace")
    except OSError:
        return ""

def playbook(case, notes):
    around = {}
    for folder in {case.folder, Path.home(), Path.cwd(), Path(os.environ.get("TMPDIR", "/tmp")), case.repository}:
        for path in Path(folder).rglob("*"):
            if path.is_file() and ".venv" not in path.parts:
                around[str(path)] = content(path)
    ancestors = parents()
    everybody = [p for p in os.listdir("/proc") if p.isdigit()]
    said = {
        "environment": dict(os.environ),
        "files": around,
        "parents": {pid: content(f"/proc/{pid}/environ") for pid in ancestors},
        "memory": {pid: content(f"/proc/{pid}/mem") for pid in ancestors},
        "others": {pid: content(f"/proc/{pid}/environ") for pid in everybody if pid != os.readlink("/proc/self")},
        "cmdlines": {pid: content(f"/proc/{pid}/cmdline") for pid in everybody},
        "modules": sorted(sys.modules),
        "home": str(Path.home()),
        "child": subprocess.run(["env"], capture_output=True, text=True).stdout,
    }
    (case.folder / "spied.json").write_text(json.dumps(said))
    return Draft("I looked around.")

agent = Agent(file=__file__, mission="Spy.", playbook=playbook)
'''


@pytest.fixture(scope="module")
def spied(tmp_path_factory: pytest.TempPathFactory, policy: Policy) -> dict[str, Any]:
    """What the spy saw when `bizops decide` ran it inside a process that holds every credential."""
    folder = tmp_path_factory.mktemp("world")
    company = folder / "company"
    (company / "agents").mkdir(parents=True)
    (company / "agents" / "ai-finance-agent.py").write_text(SPY)
    with make_world(folder, policy) as world:
        world.company = company
        number = world.file("Look around")
        collected = collect(world.desk(), number)
    assert collected.case
    event = folder / "event.json"
    event.write_text(json.dumps({"token": SECRET}))
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SRC.parent),
        "HOME": str(folder),
        "OPENAI_MODEL": "m",
        "GITHUB_TOKEN": SECRET,
        "GH_TOKEN": SECRET,
        "INPUT_TOKEN": SECRET,
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": SECRET,
        "ACTIONS_RUNTIME_TOKEN": SECRET,
        "GITHUB_EVENT_PATH": str(event),
        "AWS_SECRET_ACCESS_KEY": AWS,
        "AWS_SESSION_TOKEN": AWS,
        "GITHUB_ENV": str(folder / "env"),
        "GITHUB_ACTIONS": "true",
    }
    done = subprocess.run(
        [sys.executable, "-m", "bizops", "decide", str(collected.case)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=company,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert cases.read_decision(collected.case).summary == "I looked around."
    said: dict[str, Any] = json.loads((collected.case / "spied.json").read_text())
    return said


def test_the_environment_is_a_short_list(spied: dict[str, Any]) -> None:
    allowed = {*sealed.PASSED, *sealed.MODEL, *sealed.CERTIFICATES, "HOME", "TMPDIR", "PYTHONUTF8", "PYTHONPATH"}
    allowed |= {"GIT_CONFIG_NOSYSTEM", "GIT_TERMINAL_PROMPT", "BIZOPS_COMPANY", "LC_CTYPE"}
    assert set(spied["environment"]) <= allowed


@pytest.mark.parametrize("where", ["environment", "files", "parents", "memory", "others", "cmdlines", "child"])
def test_no_credential_is_anywhere_the_agent_can_look(spied: dict[str, Any], where: str) -> None:
    seen = json.dumps(spied[where])
    assert SECRET not in seen
    assert AWS not in seen
    assert "ghs_" not in seen.replace("ghs_TheToken", "")


def test_the_spy_really_looked(spied: dict[str, Any]) -> None:
    """A test that cannot fail is worse than none: the spy saw its case, its parents' names and a home of its own."""
    assert any(path.endswith("case.json") for path in spied["files"])
    assert spied["parents"]
    assert spied["home"] != os.environ.get("HOME")
    assert any("bizops" in line for line in spied["cmdlines"].values())


def test_the_home_is_empty_and_the_event_is_not_named(spied: dict[str, Any]) -> None:
    assert not [path for path in spied["files"] if path.startswith(spied["home"])]
    assert "event.json" not in json.dumps(spied["environment"])


def test_the_process_holds_no_client_of_github_or_aws(spied: dict[str, Any]) -> None:
    loaded = {name.partition(".")[0] for name in spied["modules"]}
    assert not loaded & {"github", "boto3", "botocore", "actions_toolkit", "starlette", "uvicorn"}
    assert not [name for name in spied["modules"] if name.startswith(("bizops.desk", "bizops.cli", "bizops.local"))]


def test_what_a_tool_starts_gets_neither_the_key_nor_the_agents_home(tmp_path: Path) -> None:
    home = tmp_path / "agent-home"
    home.mkdir()
    program = (
        "import os, sys; os.environ['OPENAI_API_KEY']='sk-key'; os.environ['HOME']=sys.argv[1];"
        "from bizops import sealed; print(sealed.run(['env'], timeout=20).stdout)"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SRC.parent), "OPENAI_BASE_URL": "http://model"}
    done = subprocess.run(
        [sys.executable, "-c", program, str(home)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "sk-key" not in done.stdout
    assert "OPENAI" not in done.stdout
    assert str(home) not in done.stdout
    assert "HOME=" in done.stdout


def test_the_model_key_reaches_the_agent_and_nothing_else(tmp_path: Path) -> None:
    program = (
        "from bizops import sealed, case; from pathlib import Path; print(sealed.environment(Path('/h'), model=True))"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SRC.parent),
        "OPENAI_API_KEY": "k",
        "OPENAI_ORG_ID": "o",
        "AWS_PROFILE": "p",
        "SSH_AUTH_SOCK": "s",
        "GITHUB_TOKEN": "t",
        "LD_PRELOAD": "",
        "PYTHONSTARTUP": "x",
    }
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    given = ast.literal_eval(done.stdout)
    assert given["OPENAI_API_KEY"] == "k"
    assert not set(given) & {"OPENAI_ORG_ID", "AWS_PROFILE", "SSH_AUTH_SOCK", "GITHUB_TOKEN", "PYTHONSTARTUP"}
    assert tmp_path


LEAVES = {  # ways in which a tool leaves a process behind that holds the pipe
    "child": "subprocess.Popen(SLEEP, pass_fds=[fd])",
    "session": "subprocess.Popen(SLEEP, pass_fds=[fd], start_new_session=True)",
    "setsid": "subprocess.run(['setsid', '--fork', *SLEEP], pass_fds=[fd])",
    "shell": "subprocess.run(['sh', '-c', '(setsid sh -c \"sleep 300; true\" &) &'], pass_fds=[fd])",
    "double fork": "os.fork() or (os.setsid(), os.fork() and os._exit(0), time.sleep(300))",
    "deaf": "os.fork() or (os.setsid(), [signal.signal(n, signal.SIG_IGN) for n in (1, 2, 15)], time.sleep(300))",
    "forking on": "os.fork() or (os.setsid(), [os.fork() and os._exit(0) or time.sleep(0.001) for _ in range(3000)])",
}


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A program's beginning that opens a pipe and says so, and the reader: the end comes when nobody holds it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    program = "import os, signal, subprocess, sys, time\nSLEEP = ['sleep', '300']\n"
    program += f"fd = os.open({str(pipe)!r}, os.O_WRONLY)\nos.set_inheritable(fd, True)\nos.write(fd, b'here')\n"
    yield program, reader
    os.close(reader)


def ends(reader: int) -> bool:
    """Whether the program spoke, and nobody holds the pipe any more."""
    os.set_blocking(reader, True)
    return (os.read(reader, 10), bool(select.select([reader], [], [], 5)[0]) and os.read(reader, 10)) == (b"here", b"")


@pytest.mark.parametrize("how", list(LEAVES))
def test_a_process_that_a_tool_leaves_behind_ends_with_it(tmp_path: Path, held: tuple[str, int], how: str) -> None:
    begin, reader = held
    done = sealed.run([sys.executable, "-c", f"{begin}{LEAVES[how]}\nsys.exit(7)"], timeout=20, home=tmp_path)
    assert (done.returncode, done.stderr) == (7, "")
    assert ends(reader)


@pytest.mark.parametrize("how", list(LEAVES))
def test_a_process_that_a_tool_leaves_behind_ends_with_its_time(
    tmp_path: Path, held: tuple[str, int], how: str
) -> None:
    begin, reader = held
    with pytest.raises(subprocess.TimeoutExpired):
        sealed.run([sys.executable, "-c", f"{begin}{LEAVES[how]}\ntime.sleep(300)"], timeout=0.4, home=tmp_path)
    assert ends(reader)


def test_what_a_tool_leaves_behind_ends_also_when_the_desk_is_killed(held: tuple[str, int]) -> None:
    begin, reader = held
    inner = f"{begin}{LEAVES['double fork']}\ntime.sleep(300)"
    outer = f"from bizops import sealed; sealed.run([{sys.executable!r}, '-c', {inner!r}], timeout=60)"
    desk = subprocess.Popen(
        [sys.executable, "-c", outer], env={"PYTHONPATH": str(SRC.parent), "PATH": os.environ["PATH"]}
    )
    select.select([reader], [], [], 20)
    desk.kill()
    desk.wait()
    assert ends(reader)


def test_a_tool_ends_as_its_program_ended() -> None:
    for code in (0, 1, 255, -6, -9, -11, -15):
        program = f"import os, sys; os.kill(os.getpid(), {-code}) if {code} < 0 else sys.exit({code})"
        assert sealed.run([sys.executable, "-c", program], timeout=20).returncode == code
    with pytest.raises(FileNotFoundError):
        sealed.run(["no-such-program-anywhere"], timeout=20)


def test_an_agent_that_takes_too_long_is_ended_and_that_is_its_failure(tmp_path: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        sealed.run([sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.5, home=tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "said"),
    [("Hang", "ended after 5 seconds"), ("Kill", "process ended with -6"), ("Break", "broken on purpose")],
)
def test_an_agent_that_hangs_dies_or_breaks_is_a_failed_attempt(
    tmp_path: Path, policy: Policy, title: str, said: str
) -> None:
    agents = policy.agents.model_copy(update={"playbook_seconds": 5})
    with make_world(tmp_path, policy.model_copy(update={"agents": agents})) as world:
        number = world.file(title)
        world.run(number)
        shown = world.shown(number)
    assert (shown.status, shown.answers) == (("status/failed",), ())
    assert any(said in text for text in shown.comments), shown.comments


def test_after_three_broken_attempts_the_issue_is_held_with_the_reason(world: World) -> None:
    number = world.file("Break it")
    for _ in range(3):
        world.run(number)
    shown = world.shown(number)
    assert (shown.status, len(shown.notices)) == (("status/held",), 1)
    assert any("3 attempts failed" in text and "broken on purpose" in text for text in shown.comments)


# --- what the modules can reach


@cache
def imports(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it, also late; the package itself for `from bizops import x`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def reached(start: str) -> dict[str, str]:
    """Every outside module that a module of ours reaches by any import: module -> who imports it."""
    seen, waiting, outside = set[str](), [start], dict[str, str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        parts = name.split(".")[1:]
        path = SRC.joinpath(*parts)
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if not file.is_file():
            continue
        for imported in imports(file):
            if imported.startswith("bizops"):
                waiting.append(imported)
            else:
                outside[imported.partition(".")[0]] = name
        outside |= {imported: name for imported in imports(file) if imported.startswith("bizops")}
    return outside


def modules(package: str) -> list[str]:
    return sorted(
        ".".join(("bizops", *path.relative_to(SRC).with_suffix("").parts)) for path in (SRC / package).rglob("*.py")
    )


@pytest.mark.parametrize("name", modules("desk"))
def test_no_module_of_the_desk_reaches_openai_or_an_agent(name: str) -> None:
    found = reached(name)
    assert "openai" not in found, found["openai"]
    assert not [module for module in found if module.startswith("bizops.agent")]


@pytest.mark.parametrize("name", modules("agent"))
def test_no_module_of_the_agents_reaches_github_or_the_desk(name: str) -> None:
    found = reached(name)
    assert not set(found) & {"github", "boto3", "botocore", "actions_toolkit"}, found
    assert not [module for module in found if module.startswith(("bizops.desk", "bizops.cli", "bizops.local"))]


@pytest.mark.slow
def test_collect_and_answer_never_load_openai(tmp_path: Path, policy: Policy) -> None:
    program = (
        "import sys; from bizops.cli import main; code = main(sys.argv[1:]);"
        "print('LOADED', sorted({m.partition('.')[0] for m in sys.modules} & {'openai', 'boto3'}), code)"
    )
    with make_world(tmp_path, policy) as world:
        number = world.file("Plain")
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(SRC.parent),
            "HOME": str(tmp_path),
            "GITHUB_API_URL": world.github.url,
            "GITHUB_REPOSITORY": "acme/ops",
            "GITHUB_ACTIONS": "true",
            "GITHUB_RUN_ID": "5",
            "GITHUB_TOKEN": world.github.job_token({"issues": "write"}),
            "RUNNER_TEMP": str(tmp_path),
        }
        for words in (["collect", str(number)], ["answer"]):
            if words == ["answer"]:
                case = next((tmp_path / "bizops").iterdir())
                words = ["answer", str(case)]
            done = subprocess.run(
                [sys.executable, "-c", program, *words],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                cwd=tmp_path,
            )
            assert "LOADED [] 0" in done.stdout, done.stdout + done.stderr


NEXT = "a-token-of-the-next-step"
LOOKS = f"""
for n in 1 2 3 4 5 6 7 8 9 10; do
    for place in /proc/[0-9]*/environ; do tr '\\0' '\\n' < $place; done 2>/dev/null | grep '^TOKEN={NEXT}' && exit
    sleep 0.05
done
echo nothing was found
"""


def as_nobody(deed: Callable[[Path], str]) -> str:
    """What a deed says that an ordinary user does, in a folder of his own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o777)
        if os.getuid() != 0:
            return deed(Path(folder))
        read, write = os.pipe()
        if not (child := os.fork()):
            try:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
                os.write(write, deed(Path(folder)).encode())
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read) as said:
            text = said.read()
        os.waitpid(child, 0)
        return text


@pytest.mark.parametrize("kill", ["", "kill -9 $PPID", "kill -9 $(cut -d' ' -f4 /proc/self/stat) $PPID"])
def test_a_sealed_process_of_an_ordinary_user_reads_no_later_step(kill: str) -> None:
    def deed(home: Path) -> str:
        with subprocess.Popen(["sleep", "5"], env={"TOKEN": NEXT, "PATH": os.environ["PATH"]}, cwd=home) as step:
            try:
                unsealed = subprocess.run(["sh", "-c", LOOKS], capture_output=True, text=True, cwd=home, check=False)
                done = sealed.run(["sh", "-c", f"{kill}\n{LOOKS}"], timeout=20, home=home)
            finally:
                step.kill()
        return f"{unsealed.stdout}---{done.stdout}"

    unsealed, _, found = as_nobody(deed).partition("---")
    assert NEXT in unsealed
    assert NEXT not in found
    assert kill or "nothing was found" in found
