"""An agent that does what an agent must not be able to do: it looks for GitHub tokens wherever a process can look."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

from bizops.agent.agent import Agent, Draft, Notebook
from bizops.case import Case

TOKEN = re.compile(rb"gh[ps]_[0-9a-f]{36}")


def in_environment() -> Iterator[str]:
    """The variables of this process, and of every process that it may read."""
    for name, value in os.environ.items():
        if TOKEN.search(value.encode()):
            yield f"variable {name}"
    for process in Path("/proc").glob("[0-9]*"):
        for part in ("environ", "cmdline"):
            try:
                text = (process / part).read_bytes()
            except OSError:
                continue
            if TOKEN.search(text):
                yield f"process {part}"


def in_files(roots: list[Path]) -> Iterator[str]:
    """The files below some folders."""
    for root in roots:
        for folder, inside, files in os.walk(root):
            inside[:] = [name for name in inside if name not in ("site-packages", "tool_cache")]
            for name in files:
                try:
                    text = Path(folder, name).read_bytes()
                except OSError:
                    continue
                if TOKEN.search(text):
                    yield f"file {name}"


def in_memory() -> Iterator[str]:
    """Whose memory could be read."""
    for process in Path("/proc").glob("[0-9]*"):
        if process.name != Path("/proc/self").readlink().name:
            try:
                with (process / "mem").open("rb"):
                    yield "memory " + (process / "comm").read_text().strip()
            except OSError:
                continue


def playbook(case: Case, _notes: Notebook) -> Draft:
    """Wait to be killed, with a process of its own in another session, or say where a token was found."""
    if "kill" in case.issue.title.casefold():
        if os.fork() == 0:
            os.setsid()
        signal.pause()
    modules = [name for name in ("github", "boto3", "bizops.desk") if name in __import__("sys").modules]
    # the case lies in `MACHINE/act/JOB/tmp/bizops/CASE`
    roots = [case.folder.parents[4], Path.home(), *([case.repository] if case.repository else [])]
    found = [*in_environment(), *in_files(roots), *in_memory(), *(f"module {name}" for name in modules)]
    return Draft("Found:\n\n" + "\n".join(f"- {place}" for place in dict.fromkeys(found)) + "\n- end of the list")


agent = Agent(file=__file__, mission="Look for tokens.", playbook=playbook)
