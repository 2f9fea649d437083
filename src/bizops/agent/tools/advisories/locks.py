"""What a lock file pins: ecosystem, package, version and line, for the lock files of eleven ecosystems.

Lock files are written by machines: those in TOML or of their own form are read line by line, which gives the lines.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bizops.agent.agent import ToolError
from bizops.agent.tools.advisories import osv
from bizops.agent.tools.advisories.places import JsonLines


@dataclass(frozen=True)
class Pin:
    """A package at a line of a lock file. `version` is empty where none is pinned; `note` says why, or a marker."""

    ecosystem: str
    name: str
    version: str
    file: str
    line: int
    note: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.ecosystem, osv.normal(self.ecosystem, self.name)


Reader = Callable[[str, str], Iterator[Pin]]
_TOML = re.compile(r"^(name|version|source)\s*=\s*(.+?)\s*$")


def reader(name: str, text: str = "") -> Reader | None:
    """What reads a file of that name; without a telling name, of that content."""
    base = name.rsplit("/", 1)[-1].casefold()
    if re.search(r"(?:^|/)requirements/[^/]+\.(?:txt|in)$", name.casefold()):
        return _requirements
    for pattern, read in _NAMES:
        if re.fullmatch(pattern, base):
            return read
    return _by_content(text) if text else None


def read(name: str, text: str) -> tuple[Pin, ...]:
    """Every pin of a lock file. Raises ToolError for a file of no known kind or one that is broken."""
    found = reader(name, text)
    if found is None:
        raise ToolError("not a lock file of a known kind", where=name, fix=f"give one of: {KINDS}")
    try:
        return tuple(dict.fromkeys(found(text, name)))
    except json.JSONDecodeError as error:
        raise ToolError(f"not JSON: {error.msg}", where=f"{name}:{error.lineno}", fix="give the file whole") from error
    except RecursionError as error:
        raise ToolError("the JSON is nested too deeply", where=name) from error


def _toml(ecosystem: str) -> Reader:
    """`[[package]]` tables with name and version: poetry, uv, pdm, Cargo, pylock. Python's own folders are no pins."""

    def pin(values: dict[str, str], line: int, file: str) -> Iterator[Pin]:
        source = values.get("source", "")
        local = re.search(r"virtual|editable|directory|path\s*=", source) and "registry" not in source
        if "name" in values and "version" in values and not (local and ecosystem == "pypi"):
            yield Pin(ecosystem, values["name"], values["version"], file, line)

    def packages(text: str, file: str) -> Iterator[Pin]:
        table, line_of, values = "", 0, dict[str, str]()
        for number, line in enumerate(text.splitlines(), 1):
            if line.startswith("["):
                table = line.strip()
                if table in ("[[package]]", "[[packages]]"):
                    yield from pin(values, line_of, file)
                    line_of, values = number, {}
            elif table in ("[[package]]", "[[packages]]") and (match := _TOML.match(line)):
                values.setdefault(match[1], match[2].strip("\"'") if match[1] != "source" else match[2])
                line_of = number if match[1] == "name" else line_of
            elif table == "[package.source]" and line.startswith("type"):
                values.setdefault("source", line)
        yield from pin(values, line_of, file)

    return packages


def _pipfile(text: str, file: str) -> Iterator[Pin]:
    tree = _object(json.loads(text), file)
    lines = JsonLines(text)
    for section in ("default", "develop"):
        for name, entry in _objects(tree.get(section)):
            line = lines.key(name)
            version = str(entry.get("version") or "")
            if version.startswith("=="):
                yield Pin("pypi", name, version.lstrip("="), file, line)
            else:
                yield Pin("pypi", name, "", file, line, "no version is pinned (a source of its own, or a range)")


def _npm(text: str, file: str) -> Iterator[Pin]:
    tree = _object(json.loads(text), file)
    lines = JsonLines(text)
    if isinstance(tree.get("packages"), dict):
        for path, entry in _objects(tree["packages"]):
            line = lines.key(path)
            if "node_modules/" in path and not entry.get("link") and entry.get("version"):
                name = str(entry.get("name") or path.rsplit("node_modules/", 1)[-1])
                yield Pin("npm", name, str(entry["version"]), file, line)
    else:
        yield from _npm_nested(tree.get("dependencies"), lines, file, 0)


def _npm_nested(tree: Any, lines: "JsonLines", file: str, depth: int) -> Iterator[Pin]:
    for name, entry in _objects(tree):
        line = lines.key(name)
        version = str(entry.get("version") or "")
        if alias := re.match(r"npm:(@?[^@]+)@(.+)$", version):
            yield Pin("npm", alias[1], alias[2], file, line)
        elif re.match(r"\d", version):
            yield Pin("npm", name, version, file, line)
        else:
            yield Pin("npm", name, "", file, line, "no version is pinned (a source of its own)")
        if depth < 100:
            yield from _npm_nested(entry.get("dependencies"), lines, file, depth + 1)


def _yarn(text: str, file: str) -> Iterator[Pin]:
    """Yarn 1 (`version "1.2.3"`) and later (`version: 1.2.3`, `resolution: "name@npm:1.2.3"`)."""
    name, number_of, version, resolved = "", 0, "", ""

    def pin() -> Iterator[Pin]:
        real = re.match(r'"?(@?[^@"]+)@npm:([^"]+)"?$', resolved)
        if real:
            yield Pin("npm", real[1], real[2].split("::")[0], file, number_of)
        elif name and version and not version.startswith("0.0.0-use.local"):
            yield Pin("npm", name, version, file, number_of)

    for number, line in enumerate(text.splitlines(), 1):
        if line and not line[0].isspace() and not line.startswith("#"):
            yield from pin()
            name, number_of, version, resolved = _yarn_name(line), number, "", ""
        elif match := re.match(r'  version:? "?([^"\s]+)"?\s*$', line):
            version = match[1]
        elif match := re.match(r"  resolution: (.+?)\s*$", line):
            resolved = match[1]
    yield from pin()


def _yarn_name(line: str) -> str:
    first = line.split(",", maxsplit=1)[0].strip().rstrip(":").strip('"')
    match = re.match(r"(@?[^@]+)@(?:npm:(@?[^@]+)@)?", first)
    return (match[2] or match[1]) if match and first != "__metadata" else ""


def _pnpm(text: str, file: str) -> Iterator[Pin]:
    """`packages:` of pnpm 5 to 9: `/name/1.2.3`, `/name@1.2.3(peer@1)`, `name@1.2.3`."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if line and not line[0].isspace():
            inside = line.startswith("packages:")
        elif inside and (match := re.match(r"  (?:'([^']+)'|\"([^\"]+)\"|([^\s'\"#][^\s]*?)):(?:\s.*)?$", line)):
            key = (match[1] or match[2] or match[3]).removeprefix("/").split("(")[0]
            found = re.match(r"(@[^/@]+/[^/@]+|[^/@]+)[@/](\d[^_/]*)", key)
            if found:
                yield Pin("npm", found[1], found[2], file, number)


def _go_mod(text: str, file: str) -> Iterator[Pin]:
    block, replaced = "", dict[str, tuple[str, str, int]]()
    pins: list[Pin] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.split("//")[0].strip()
        opened = re.match(r"(require|replace|exclude|retract|tool)\s*\($", line)
        if opened:
            block = opened[1]
            continue
        if line == ")":
            block = ""
            continue
        word, _, rest = line.partition(" ")
        kind, body = (block, line) if block else (word, rest.strip())
        if kind == "require" and (match := re.match(r"(\S+)\s+(v\S+)$", body)):
            pins.append(Pin("go", match[1].strip('"'), match[2], file, number))
        elif kind == "replace" and (match := re.match(r"(\S+)(?:\s+(v\S+))?\s+=>\s+(\S+)(?:\s+(v\S+))?$", body)):
            replaced[match[1]] = (match[3], match[4] or "", number)
    for pin in pins:
        name, version, number = replaced.get(pin.name, ("", "", 0))
        if not name:
            yield pin
        elif version:
            yield Pin("go", name, version, file, number, f"in place of {pin.name}")
        else:
            yield Pin("go", pin.name, "", file, number, "replaced by a folder")


def _go_sum(text: str, file: str) -> Iterator[Pin]:
    for number, line in enumerate(text.splitlines(), 1):
        if (match := re.match(r"(\S+) (v\S+) h1:", line)) and not match[2].endswith("/go.mod"):
            yield Pin("go", match[1], match[2], file, number)


def _gemfile(text: str, file: str) -> Iterator[Pin]:
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line and not line[0].isspace():
            section = line.strip()
        elif section == "GEM" and (match := re.match(r"    ([\w.-]+) \(([^)]+)\)$", line)):
            yield Pin(
                "rubygems",
                match[1],
                re.sub(r"-(?:x86|x64|arm|aarch|java|universal|mingw|ruby|mswin).*$", "", match[2]),
                file,
                number,
            )


def _composer(text: str, file: str) -> Iterator[Pin]:
    tree, lines = _object(json.loads(text), file), JsonLines(text)
    for section in ("packages", "packages-dev"):
        entries = tree.get(section)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and entry.get("name"):
                line = lines.name(str(entry["name"]))
                version = str(entry.get("version") or "")
                known = re.match(r"v?\d", version) is not None
                yield Pin(
                    "packagist",
                    str(entry["name"]),
                    version if known else "",
                    file,
                    line,
                    "" if known else f"pinned to a branch ({version})",
                )


def _nuget(text: str, file: str) -> Iterator[Pin]:
    tree, lines = _object(json.loads(text), file), JsonLines(text)
    for _, packages in _objects(tree.get("dependencies")):
        for name, entry in _objects(packages):
            line = lines.key(name)
            if entry.get("resolved"):
                yield Pin("nuget", name, str(entry["resolved"]), file, line)


def _gradle(text: str, file: str) -> Iterator[Pin]:
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r"([\w.-]+:[\w.-]+):([\w.+-]+)=", line):
            yield Pin("maven", match[1], match[2], file, number)


def _object(value: Any, file: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ToolError(f"expected one JSON object, got {type(value).__name__}", where=file)
    return value


def _objects(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, entry in value.items() if isinstance(value, dict) else ():
        if isinstance(entry, dict):
            yield name, entry


def _requirements(text: str, file: str) -> Iterator[Pin]:
    from bizops.agent.tools.advisories.requirements import pins

    yield from pins(text, file)


def _other(kind: str) -> Reader:
    def pins(text: str, file: str) -> Iterator[Pin]:
        from bizops.agent.tools.advisories.other_locks import READERS

        yield from READERS[kind](text, file)

    return pins


def _by_content(text: str) -> Reader | None:
    head = text.lstrip()[:400_000]
    for mark, kind in _MARKS:
        if re.search(mark, head):
            return _other(kind)
    if head.startswith("{"):
        for mark, read in (
            ('"lockfileVersion"', _npm),
            ('"_meta"', _pipfile),
            ('"packages-dev"', _composer),
            ('"content-hash"', _composer),
        ):
            if mark in head:
                return read
        return None
    if re.search(r"^\[\[packages?\]\]\s*$", head, re.MULTILINE):
        cargo = "registry+https://github.com/rust-lang" in head or "@generated by Cargo" in head
        return _toml("crates.io") if cargo else _toml("pypi")
    if "# yarn lockfile" in head or re.search(r"^__metadata:", head, re.MULTILINE):
        return _yarn
    if re.match(r"lockfileVersion:", head):
        return _pnpm
    if re.search(r"^\S+ v\d\S* h1:", head, re.MULTILINE):
        return _go_sum
    if re.search(r"^module \S+$", head, re.MULTILINE) and re.search(r"^require\b", head, re.MULTILINE):
        return _go_mod
    if re.match(r"GEM\n  remote:", head):
        return _gemfile
    lines = [line for line in head.splitlines() if line.strip() and not line.lstrip().startswith(("#", "--"))]
    pinned = sum(bool(re.match(r"[A-Za-z0-9][\w.-]*(?:\[[\w, .-]*\])?\s*===?\s*[\w.!+*-]+", line)) for line in lines)
    return _requirements if pinned and pinned * 2 > len(lines) else None


_MARKS = (
    (r"(?m)^    \"[^\"\n]{1,200}\": \[\"@?[^@\"\n]{1,200}@", "bun"),
    (r"\A%\{\s*\"[\w.-]+\": ?\{:", "mix"),
    (r"\"(?:location|repositoryURL)\"\s{0,4}:\s{0,4}\"[^\"\n]{1,300}\",\s{0,20}\"state\"", "swift"),
    (r"(?m)^    source: (?:hosted|sdk)$", "pubspec"),
)
_NAMES: tuple[tuple[str, Reader], ...] = (
    (r".*requirements.*\.(?:txt|in|lock)|constraints.*\.txt|requirements[\w.-]*", _requirements),
    (r"(?:.*[._-])?(?:poetry|uv|pdm)(?:[._-].*)?\.lock", _toml("pypi")),
    (r"pylock(?:\.[\w-]+)?\.toml", _toml("pypi")),
    (r"(?:.*[._-])?cargo(?:[._-].*)?\.lock", _toml("crates.io")),
    (r"(?:.*[._-])?pipfile(?:[._-].*)?\.lock", _pipfile),
    (r"(?:.*[._-])?(?:package-lock|npm-shrinkwrap)(?:[._-].*)?\.json|\.package-lock\.json", _npm),
    (r"(?:.*[._-])?yarn(?:[._-].*)?\.lock", _yarn),
    (r"(?:.*[._-])?pnpm-lock(?:[._-].*)?\.ya?ml", _pnpm),
    (r"(?:.*[._-])?go(?:[._-].*)?\.mod", _go_mod),
    (r"(?:.*[._-])?go(?:\.work)?\.sum", _go_sum),
    (r"(?:.*[._-])?(?:gemfile(?:[._-].*)?\.lock|gems\.locked)", _gemfile),
    (r"(?:.*[._-])?composer(?:[._-].*)?\.lock", _composer),
    (r"packages\.lock\.json", _nuget),
    (r"(?:.*[._-])?gradle(?:[._-].*)?\.lockfile", _gradle),
    (r"(?:.*[._-])?pubspec(?:[._-].*)?\.lock", _other("pubspec")),
    (r"(?:.*[._-])?mix(?:[._-].*)?\.lock", _other("mix")),
    (r"package\.resolved", _other("swift")),
    (r"(?:.*[._-])?bun(?:[._-].*)?\.lock", _other("bun")),
)
KINDS = (
    "requirements.txt, poetry.lock, uv.lock, pdm.lock, pylock.toml, Pipfile.lock, package-lock.json,"
    " yarn.lock, pnpm-lock.yaml,"
    " Cargo.lock, go.mod, go.sum, Gemfile.lock, composer.lock, packages.lock.json, gradle.lockfile,"
    " pubspec.lock, mix.lock, Package.resolved, bun.lock"
)
