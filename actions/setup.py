"""Make the environment of the actions once for each machine, and tell the next steps where it is.

    python3 -I actions/setup.py

It lies in `$RUNNER_TOOL_CACHE/bizops/KEY` (or below `$RUNNER_TEMP` where that cannot be written); KEY comes from the
lock files, the Python and this file. It is built beside its place and moved there as a whole, so that jobs of one
machine never see half of one; a complete one is known by its stamp, which counts its files and bytes. The outputs are
`python`, its interpreter, and `source`, the engine's `src` folder: the engine itself is not installed.

Only the standard library is there when this runs. Exit code 2, with a word on what to do, when it cannot be made.
"""

import fcntl
import hashlib
import json
import os
import platform
import secrets
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ENGINE = Path(__file__).resolve().parents[1]
LOCK, UV = ENGINE / "requirements" / "runner.txt", ENGINE / "requirements" / "uv.txt"
OLDEST = (3, 11)
STAMP = "complete.json"
UNUSED = 30 * 24 * 3600  # seconds after which an environment of another lock is removed


class SetupError(Exception):
    """What a person can mend: what is wrong, and what to do."""


def key() -> str:
    """What the environment depends on, as a folder's name."""
    parts = [LOCK.read_bytes(), UV.read_bytes(), Path(__file__).read_bytes(), os.fsencode(sys.base_prefix)]
    parts += [sys.version.encode(), platform.platform().encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:24]


def size(folder: Path) -> dict[str, int]:
    """How many files a folder holds and how many bytes, without what Python compiles into it."""
    files = total = 0
    waiting = [os.fspath(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        waiting.append(entry.path)
                elif entry.name != STAMP:
                    files += 1
                    total += entry.stat(follow_symlinks=False).st_size
    return {"files": files, "bytes": total}


def ready(place: Path) -> bool:
    """Whether a complete environment stands there: the stamp is there and nothing was lost or cut since."""
    try:
        return bool(json.loads((place / STAMP).read_text()) == size(place)) and os.access(interpreter(place), os.X_OK)
    except (OSError, ValueError):
        return False


def interpreter(place: Path) -> Path:
    return place / "bin" / "python"


def ensure(root: Path) -> Path:
    """The environment below `root`, built if it is not there or not whole. Raises SetupError, OSError."""
    place = root / key()
    if not ready(place):
        root.mkdir(parents=True, exist_ok=True)
        with alone(root / "lock"):
            if not ready(place):  # another job may have built it meanwhile
                build(place)
                tidy(root, place)
    os.utime(place / STAMP)
    return place


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until no other job builds; the kernel frees the lock of one that died."""
    with path.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def build(place: Path) -> None:
    """Install into a folder of its own, then move it to its place."""
    print(f"installing the environment into {place} (once)", flush=True)
    part = Path(tempfile.mkdtemp(prefix=".part-", dir=place.parent))
    try:
        uv = uv_in(part / "uv")
        made = part / "environment"
        install([uv, "venv", "-q", "--no-project", "--relocatable", "--python", sys.executable, made])
        install([uv, "pip", "install", "-q", "--python", interpreter(made), *SAFE, "--requirement", LOCK])
        (made / STAMP).write_text(json.dumps(size(made)))
        if place.exists():  # a broken one
            place.rename(part / "broken")
        made.rename(place)
    finally:
        shutil.rmtree(part, ignore_errors=True)


SAFE = ("--require-hashes", "--only-binary", ":all:")


def uv_in(folder: Path) -> Path:
    """uv, from its locked wheel."""
    pip = [sys.executable, "-I", "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode:
        install([sys.executable, "-I", "-m", "venv", folder.parent / "pip"])
        pip = [str(folder.parent / "pip" / "bin" / "python"), "-I", "-m", "pip"]
    install([*pip, "install", "-q", "--no-deps", "--no-compile", "--target", folder, *SAFE, "--requirement", UV])
    return folder / "bin" / "uv"


def install(words: list[str | Path]) -> None:
    """Run one step of the installation. Raises SetupError with what it said."""
    added = {"UV_SYSTEM_CERTS": str(system_certificates()), "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [str(word) for word in words],
        env=environment | added,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stdout.strip()[-3000:]
        raise SetupError(f"{' '.join(map(str, words[:4]))} ended with {done.returncode}:\n{said}")


def system_certificates() -> bool:
    """Whether the machine has certificates of its own, a company's among them; else uv takes those it brings."""
    known = ssl.get_default_verify_paths()
    return bool(known.cafile) or (known.capath is not None and any(Path(known.capath).iterdir()))


def tidy(root: Path, place: Path) -> None:
    """Remove what dead builds left, and environments of other locks that nobody used for long."""
    for folder in root.iterdir():
        stamp = folder / STAMP
        old = not stamp.is_file() or time.time() - stamp.stat().st_mtime > UNUSED
        if folder.is_dir() and folder != place and old:
            shutil.rmtree(folder, ignore_errors=True)


def roots() -> list[Path]:
    """Where an environment may lie, the best first."""
    names = ("RUNNER_TOOL_CACHE", "RUNNER_TEMP")
    return [Path(os.environ[name]) / "bizops" for name in names if os.environ.get(name)] or [
        Path(tempfile.gettempdir()) / f"bizops-{os.getuid()}"
    ]


def newer() -> str:
    """A Python on PATH that is new enough, where the running one is not."""
    found = (shutil.which(f"python3.{minor}") for minor in range(20, OLDEST[1] - 1, -1))
    return next((path for path in found if path), "")


def main() -> int:
    """Find Python, find or make the environment, tell where it is."""
    if sys.version_info < OLDEST:
        better = newer()
        if not better:
            raise SetupError(
                f"bizops needs Python {OLDEST[0]}.{OLDEST[1]} or later, this is {platform.python_version()}; "
                "use `runs-on: ubuntu-latest`, or put a newer python3 on this machine's PATH"
            )
        return subprocess.run([better, "-I", __file__], check=False).returncode
    failed: OSError | None = None
    for root in roots():
        try:
            place = ensure(root)
        except OSError as error:
            failed = error
            continue
        tell({"python": str(interpreter(place)), "source": str(ENGINE / "src")})
        return 0
    raise SetupError(f"no place for the environment: {failed}")


def tell(outputs: dict[str, str]) -> None:
    """Set the step's outputs; outside of Actions, print them."""
    file = os.environ.get("GITHUB_OUTPUT")
    if not file:
        print("\n".join(f"{name}={value}" for name, value in outputs.items()))
        return
    with Path(file).open("a", encoding="utf-8") as out:
        for name, value in outputs.items():
            mark = secrets.token_hex(16)
            out.write(f"{name}<<{mark}\n{value}\n{mark}\n")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SetupError as error:
        print(f"bizops: {error}", file=sys.stderr)
        sys.exit(2)
