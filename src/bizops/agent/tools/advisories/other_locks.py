"""Lock files of Dart, Elixir, Swift and Bun, line by line; and the files of dependencies that nothing here reads."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bizops.agent.tools.advisories.locks import Pin


def pubspec(text: str, file: str) -> Iterator[Pin]:
    """Dart's `pubspec.lock`: packages of a registry have a version, those of git, path and SDK are not judged."""
    name, at, source, inside = "", 0, "", False
    for number, line in enumerate(text.splitlines(), 1):
        if line and not line[0].isspace():
            inside = line.startswith("packages:")
        elif inside and (match := re.match(r"  ([\w.-]+):\s*$", line)):
            name, at, source = match[1], number, ""
        elif inside and (match := re.match(r"    source: [\"']?(\w+)", line)):
            source = match[1]
        elif inside and name and (match := re.match(r"    version: [\"']?([^\"'\s]+)", line)):
            known = source in ("hosted", "")
            if source != "sdk":
                yield Pin("pub", name, match[1] if known else "", file, at, "" if known else f"taken from {source}")
            name = ""


def mix(text: str, file: str) -> Iterator[Pin]:
    """Elixir's `mix.lock`: `"plug": {:hex, :plug, "1.10.3", ...`."""
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r"\s*\"([\w.-]+)\":\s*\{:(\w+),\s*(?::\"?([\w.-]+)\"?,\s*\"([^\"]+)\")?", line):
            if match[2] == "hex" and match[4]:
                yield Pin("hex", match[3], match[4], file, number)
            else:
                yield Pin("hex", match[1], "", file, number, f"taken from {match[2]}")


def swift(text: str, file: str) -> Iterator[Pin]:
    """Swift's `Package.resolved`, versions 1 to 3: the address of each repository and its version."""
    places = [(m.start(), m[1]) for m in re.finditer(r'"(?:location|repositoryURL)"\s*:\s*"([^"]+)"', text)]
    for n, (start, address) in enumerate(places):
        end = places[n + 1][0] if n + 1 < len(places) else len(text)
        version = re.search(r'"version"\s*:\s*"([^"]+)"', text[start:end])
        note = "" if version else "pinned to a branch or commit"
        yield Pin("swifturl", address, version[1] if version else "", file, text.count("\n", 0, start) + 1, note)


def bun(text: str, file: str) -> Iterator[Pin]:
    """Bun's text lock file: `"lodash": ["lodash@4.17.20", ...`."""
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r'\s*"[^"]+":\s*\["(@?[^@"]+)@([^"]+)"', line):
            known = match[2][:1].isdigit()
            note = "" if known else "no version is pinned (a source of its own)"
            yield Pin("npm", match[1], match[2] if known else "", file, number, note)


READERS: dict[str, Callable[[str, str], Iterator[Pin]]] = {"pubspec": pubspec, "mix": mix, "swift": swift, "bun": bun}

_UNREAD = (  # lock files and manifests that are not read: the name, the ecosystem that they belong to
    (r"bun\.lockb|deno\.(?:lock|jsonc?)|package\.json|bower\.json", "npm"),
    (r"conda-lock\.ya?ml|environment\.ya?ml|pixi\.(?:lock|toml)", "conda"),
    (r"pyproject\.toml|setup\.(?:py|cfg)|pipfile", "pypi"),
    (r"pom\.xml|build\.gradle(?:\.kts)?|libs\.versions\.toml|build\.sbt|ivy\.xml", "maven"),
    (r"paket\.lock|packages\.config|project\.assets\.json|directory\.packages\.props|.+\.(?:cs|fs|vb)proj", "nuget"),
    (r"package\.swift|podfile(?:\.lock)?|cartfile(?:\.resolved)?", "swifturl"),
    (r"rebar\.(?:lock|config)|mix\.exs", "hex"),
    (r"pubspec\.yaml", "pub"),
    (r"cargo\.toml", "crates.io"),
    (r"gemfile|.+\.gemspec", "rubygems"),
    (r"composer\.json", "packagist"),
    (r"gopkg\.lock|glide\.lock", "go"),
    (r"renv\.lock", "cran"),
    (r"stack\.yaml\.lock|cabal\.project\.freeze", "hackage"),
    (r"conan\.lock|conanfile\.(?:py|txt)|vcpkg\.json", "conancenter"),
    (r"manifest-v[\d.]+\.toml", "julia"),
    (
        r"shard\.lock|flake\.lock|\.terraform\.lock\.hcl|[\w.-]+\.lock|[\w.-]+\.lockfile|[\w-]+[-.]lock\.(?:json|ya?ml)",
        "",
    ),
)
_MANIFEST = re.compile(
    r"(?i)(?:package|bower|composer)\.json|pyproject\.toml|setup\.(?:py|cfg)|pipfile|cargo\.toml|gemfile|.+\.gemspec"
    r"|pubspec\.yaml|mix\.exs|rebar\.config|package\.swift|podfile|cartfile|build\.gradle(?:\.kts)?|.+\.(?:cs|fs|vb)proj"
    r"|libs\.versions\.toml|directory\.packages\.props|deno\.jsonc?|pixi\.toml"
)


@dataclass(frozen=True)
class Unread:
    """A lock file or manifest that was not measured, of which ecosystem (or an unknown one), and why."""

    file: str
    ecosystem: str
    why: str = "a kind that is not read"


def unread(paths: Iterable[str], read: Iterable[tuple[str, str]]) -> list[Unread]:
    """The lock files and manifests among paths that say what is installed but were not read, in order.

    `read`: path and ecosystem of each file that was. A manifest counts only where no lock file of its ecosystem was
    read beside it or further up: what it names is pinned there.
    """
    covered = {(path.rpartition("/")[0], ecosystem) for path, ecosystem in read}
    found = []
    for path in sorted(paths):
        folder, _, base = path.rpartition("/")
        if "node_modules/" in path:
            continue
        kind = next((kind for pattern, kind in _UNREAD if re.fullmatch(pattern, base.casefold())), None)
        if kind is None:
            continue
        if _MANIFEST.fullmatch(base):
            if any((above, kind) in covered for above in _upwards(folder)):
                continue
            found.append(Unread(path, kind, "a manifest without a lock file that is read"))
        else:
            found.append(Unread(path, kind))
    return found


def _upwards(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""
