"""Headless Chromium on the page that `bizops demo --serve` leaves open; whatever a page does unasked is kept."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, sync_playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
SECONDS = 60_000  # milliseconds that anything may take on a busy machine


@dataclass
class Served:
    """A running `bizops demo --serve`: its address, and how to end and start it again on the same state."""

    words: list[str]
    process: subprocess.Popen[str] | None = None
    url: str = ""
    said: list[str] = field(default_factory=list)

    def start(self, until: str) -> None:
        """Start, and wait for a line with this text."""
        command = [sys.executable, "-m", "bizops", "demo", "--serve", "--port", "0", *self.words]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if line.startswith("The page: "):
                self.url = line.split()[2]
            if until in line:
                return
        raise AssertionError("".join(self.said))

    def end(self) -> int:
        """What Ctrl-C does; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(40)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    agents = folder / "company" / "agents"
    shutil.copytree(Path(__file__).parents[1] / "company" / "agents", agents)
    hostile = folder / "company" / "examples" / "ai-finance-agent" / "hostile"
    hostile.mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("hostile.json"), hostile / "issue.json")
    made = Served(["--company", str(folder / "company"), "--state", str(folder / "state")])
    try:
        made.start("issues, ")
        yield made
    finally:
        if made.process is not None:
            made.process.kill()
            made.process.wait()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        missing = "chromium is missing: apt-get install --no-install-recommends chromium"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


class Visit:
    """A page that keeps what it did unasked: dialogs, errors on the console, requests to other hosts."""

    def __init__(self, browser: Browser, url: str, **context: Any) -> None:
        self.page: Page = browser.new_context(**context).new_page()
        self.unasked: list[str] = []
        self.host = urlsplit(url).netloc
        self.page.set_default_timeout(SECONDS)
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self.unasked.append(f"error {error}"))
        self.page.on("console", self._console)
        self.page.on("popup", lambda page: self.unasked.append(f"popup {page.url}"))
        self.page.on("request", self._request)
        self.page.goto(url)

    def _dialog(self, dialog: Dialog) -> None:
        self.unasked.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _console(self, said: ConsoleMessage) -> None:
        down = "ERR_CONNECTION_REFUSED" in said.text  # while a test starts our server again; other hosts: `_request`
        if said.type in {"error", "warning"} and not down:
            self.unasked.append(said.text)

    def _request(self, asked: Request) -> None:
        if urlsplit(asked.url).netloc != self.host:
            self.unasked.append(asked.url)


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Callable[..., Visit]]:
    """Open a page in a context of its own; whatever it did unasked fails the test."""
    visits: list[Visit] = []

    def opened(path: str = "", **context: Any) -> Visit:
        visits.append(Visit(browser, served.url + path, **context))
        return visits[-1]

    yield opened
    for one in visits:
        assert one.unasked == []
        one.page.context.close()
