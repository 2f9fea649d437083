"""Start a process that has no credential: a clean environment, an empty home, no way to read its parents' memory.

Used for the agent (which gets the model's endpoint and key) and for whatever a tool starts (which gets neither).
Linux gives three walls, each taken where the platform has it: this process is made unreadable to its children
(`PR_SET_DUMPABLE`), the child may not gain privileges (`PR_SET_NO_NEW_PRIVS`, so no sudo), and it lives in a user
namespace of its own, from which no process outside can be read or traced, also none of a later step of the job.

Nothing that was started lives on: between us and the sealed process stands a keeper, to whom the kernel gives every
process below that loses its parent (`PR_SET_CHILD_SUBREAPER`), also one that went into a session of its own. It ends
them all when the sealed process ends, when it is told to (SIGTERM), and when we die (`PR_SET_PDEATHSIG`). A PID
namespace, where there is one, hides the keeper from them.
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from bizops.errors import InputError

PASSED = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT")
MODEL = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL")
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_DEATH_SIGNAL, _DUMPABLE, _SUBREAPER, _NO_NEW_PRIVS = 1, 4, 36, 38
_NEWUSER, _NEWPID = 0x10000000, 0x20000000
OUTPUT_LIMIT = 20_000_000
ENDING = 5.0  # seconds that the keeper tries to end what is left


def environment(home: Path, *, model: bool = False) -> dict[str, str]:
    """The whole environment of a sealed process; with `model` also the model's endpoint and key."""
    names = PASSED + (MODEL + CERTIFICATES if model else ())
    passed = {name: os.environ[name] for name in names if os.environ.get(name)}
    return {
        **passed,
        "HOME": str(home),
        "TMPDIR": str(home),
        "PYTHONUTF8": "1",
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }


@contextmanager
def empty_home() -> Iterator[Path]:
    """A home directory that is empty and goes away."""
    with tempfile.TemporaryDirectory(prefix="home-", ignore_cleanup_errors=True) as home:
        yield Path(home)


def run(
    argv: Sequence[str | Path],
    *,
    timeout: float,
    cwd: Path | None = None,
    home: Path | None = None,
    model: bool = False,
    extra: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `argv` sealed and return its output as text. Every process that it started ends with it.

    Raises subprocess.TimeoutExpired after `timeout` seconds.
    """
    if home is None:
        with empty_home() as fresh:
            return run(argv, timeout=timeout, cwd=cwd, home=fresh, model=model, extra=extra)
    hide()
    # Files, not pipes: a process that is left behind and holds a pipe would keep us waiting for its end.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            [str(word) for word in argv],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=cwd or home,
            env=environment(home, model=model) | dict(extra or {}),
            start_new_session=True,
            preexec_fn=_keep_and_seal if sys.platform == "linux" else None,  # noqa: PLW1509 - the child forks once more
        )
        try:
            process.wait(timeout)
        finally:
            _end(process)
            process.wait()
        return subprocess.CompletedProcess(process.args, process.returncode, _text(out), _text(err))


def decide(case: Path) -> str:
    """Run the agent's process on a case folder; what it said on standard error. It leaves a decision or a failure.

    Of the case only the limits are read, without its types: this process should start fast. Agents and prompts of the
    case's repository come before the shipped ones.
    """
    try:
        given = json.loads((case / "case.json").read_text("utf-8"))
        limits, company = given["policy"]["agents"], given["repository"]
        seconds = int(limits["decide_seconds" if os.environ.get("OPENAI_API_KEY") else "playbook_seconds"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"not a case: {type(error).__name__}: {error}", where=str(case)) from error
    for left in ("decision.json", "failure.json"):
        (case / left).unlink(missing_ok=True)
    extra = {"BIZOPS_COMPANY": str(company)} if company else {}
    try:
        done = run([sys.executable, "-m", "bizops.agent.decide", case], timeout=seconds, model=True, extra=extra)
    except subprocess.TimeoutExpired:
        return _failed(case, "timeout", f"the agent was ended after {seconds} seconds")
    if done.returncode and not (case / "failure.json").exists():
        _failed(case, "defect", f"the agent's process ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    return done.stderr


def _failed(case: Path, kind: str, reason: str) -> str:
    (case / "failure.json").unlink(missing_ok=True)  # a link that the agent left would lead elsewhere
    (case / "failure.json").write_text(json.dumps({"reason": reason, "kind": kind}), "utf-8")
    return reason


def hide() -> None:
    """Make this process's environment and memory unreadable to other processes of the same user."""
    if sys.platform == "linux":
        _libc().prctl(_DUMPABLE, 0, 0, 0, 0)


def _text(output: IO[bytes]) -> str:
    output.seek(0)
    return output.read(OUTPUT_LIMIT).decode("utf-8", "replace").replace("\r\n", "\n")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the sealed process and all below it: the keeper does, or where there is none its group is killed."""
    if sys.platform == "linux":
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(ENDING + 1)
            return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _keep_and_seal() -> None:
    """In the child, before its program starts: become the keeper, and let a process below run the program.

    Where the kernel gives a PID namespace, its first process stands between: what runs below sees neither it nor the
    keeper, so it can end neither, and all of it ends with the first process.
    """
    libc = _libc()
    libc.prctl(_SUBREAPER, 1, 0, 0, 0)
    libc.prctl(_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
    signal.signal(signal.SIGTERM, _told_to_end)
    told, tell = os.pipe()
    sealed = os.fork()
    if sealed:
        os._exit(_keep(sealed, told))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    libc.prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    os.setsid()
    libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    if not _namespaces(libc):
        return
    if first := os.fork():
        _close_but(2)
        os.waitpid(first, 0)
        os._exit(0)
    libc.prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if program := os.fork():
        _close_but(2, tell)
        while (ended := os.wait())[0] != program:
            pass
        os.write(3, str(os.waitstatus_to_exitcode(ended[1])).encode())
        os._exit(0)


def _close_but(last: int, kept: int | None = None) -> None:
    """Close all files behind `last` but one, which becomes the next: what is open here must not keep others waiting."""
    if kept is not None:
        os.dup2(kept, last := last + 1)
    os.closerange(last + 1, os.sysconf("SC_OPEN_MAX"))


class _ToldToEndError(BaseException):
    """The keeper is to end."""


def _told_to_end(_number: int, _frame: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise _ToldToEndError


def _keep(sealed: int, told: int) -> int:
    """Wait for the sealed process, end what it left, and end as it did (`told` says how, where others are between)."""
    ended = -signal.SIGKILL
    with suppress(_ToldToEndError, OSError):
        _close_but(2, told)  # also the pipe by which Popen learns that the program runs
        ended = os.waitstatus_to_exitcode(os.waitpid(sealed, 0)[1])
        ended = int(os.read(3, 10) or ended)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    until = time.monotonic() + ENDING
    while _others_left() and time.monotonic() < until:  # without a rest: one that forks on and on must not outrun us
        for process in _children():
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
    if ended < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if -ended != signal.SIGKILL:
            signal.signal(-ended, signal.SIG_DFL)
        os.kill(os.getpid(), -ended)
    return ended


def _others_left() -> bool:
    """Take leave of the children that have ended; whether there are others."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
        return True
    return False


def _children() -> list[int]:
    """Our own children: what they had started is ours as soon as they are gone."""
    own = os.getpid()
    with suppress(OSError):  # a kernel without CONFIG_PROC_CHILDREN
        return [int(child) for child in Path(f"/proc/{own}/task/{own}/children").read_text().split()]
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended
            if int(stat.read_bytes().rpartition(b")")[2].split()[1]) == own:
                found.append(int(stat.parent.name))
    return found


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _namespaces(libc: ctypes.CDLL) -> bool:
    """Go into a user namespace, from which no process outside can be read, and if possible into a PID namespace.

    Some systems give the first and not the second, some neither; whether the second was given.
    """
    user, group = os.getuid(), os.getgid()
    libc.prctl(_DUMPABLE, 1, 0, 0, 0)  # else our own maps belong to root, who alone may write them then
    below = bool(libc.unshare(_NEWUSER | _NEWPID) == 0)
    if below or libc.unshare(_NEWUSER) == 0:
        with suppress(OSError):
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    libc.prctl(_DUMPABLE, 0, 0, 0, 0)
    return below
