"""Advisories as values, from OSV (one, a list, `vulns`, osv-scanner's `results`, JSON lines), GitHub and pip-audit.

An advisory says for a package which versions are affected: ranges of events, lists, or GitHub's expressions.
Source of the rules: the OSV schema 1.6, "evaluation".
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from bizops.agent.agent import ToolError
from bizops.agent.tools.advisories import cvss
from bizops.agent.tools.advisories.affected import Affected
from bizops.decision import Severity

ECOSYSTEMS = {
    "pypi": "pypi",
    "pip": "pypi",
    "npm": "npm",
    "go": "go",
    "golang": "go",
    "crates.io": "crates.io",
    "rust": "crates.io",
    "cargo": "crates.io",
    "rubygems": "rubygems",
    "gem": "rubygems",
    "ruby": "rubygems",
    "packagist": "packagist",
    "composer": "packagist",
    "nuget": "nuget",
    "maven": "maven",
    "pub": "pub",
    "hex": "hex",
    "erlang": "hex",
    "swifturl": "swifturl",
    "swift": "swifturl",
}


@dataclass(frozen=True)
class Advisory:
    """One advisory of one database; `aliases` are its other names for the same vulnerability."""

    id: str
    aliases: tuple[str, ...]
    summary: str
    severity: Severity | None
    rated_by: str
    affected: tuple[Affected, ...]
    withdrawn: bool = False
    file: str = ""
    notes: tuple[str, ...] = field(default=())


def normal(ecosystem: str, name: str) -> str:
    """A package's name as its ecosystem compares it (PyPI: PEP 503; Go and Maven as written, else lower case)."""
    if ecosystem == "pypi":
        return re.sub(r"[-_.]+", "-", name).casefold()
    if ecosystem == "swifturl":
        return re.sub(r"^\w+://|^git@|\.git$", "", name).replace(":", "/").rstrip("/").casefold()
    return name if ecosystem in ("go", "maven") else name.casefold()


def looks_like(value: Any) -> bool:
    """Whether JSON holds advisories."""
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], dict) and looks_like(value[0])
    if not isinstance(value, dict):
        return False
    if "packages" in value and "lockfileVersion" in value:
        return False
    return bool(
        {"affected", "vulns", "ghsa_id", "security_advisory", "ghsaId", "vulnerable_version_range"} & set(value)
        or (
            isinstance(value.get("results"), list)
            and any(isinstance(r, dict) and {"packages", "vulns"} & set(r) for r in value["results"])
        )
        or (
            isinstance(value.get("dependencies"), list)
            and any(isinstance(d, dict) and "vulns" in d for d in value["dependencies"])
        )
        or (isinstance(value.get("id"), str) and {"modified", "published", "schema_version"} & set(value))
        or (
            isinstance(value.get("vulnerabilities"), list)
            and any(isinstance(v, dict) and ({"package", "affected"} & set(v)) for v in value["vulnerabilities"])
        )
    )


def parse(text: str, file: str) -> list[Any]:
    """The JSON values of a file: one document, or one for each line. Raises ToolError with the line that is broken."""
    try:
        return [json.loads(text)]
    except RecursionError as error:
        raise ToolError("the JSON is nested too deeply", where=file) from error
    except ValueError as whole:
        lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
        if not (len(lines) > 1 and lines[0][1].strip().startswith("{") and lines[0][1].strip().endswith("}")):
            where = f"{file}:{whole.lineno}" if isinstance(whole, json.JSONDecodeError) else file
            raise ToolError(
                f"not JSON: {getattr(whole, 'msg', whole)}", where=where, fix="give the file whole"
            ) from whole
        values = []
        for number, line in lines:
            try:
                values.append(json.loads(line))
            except ValueError as error:
                raise ToolError(f"not JSON: {getattr(error, 'msg', error)}", where=f"{file}:{number}") from error
        return values


def read(value: Any, file: str) -> Iterator[Advisory]:
    """Every advisory in a JSON value, in any of the forms of this module's docstring."""
    if isinstance(value, list):
        for entry in value:
            yield from read(entry, file)
    elif isinstance(value, dict):
        if isinstance(value.get("results"), list):
            for result in value["results"]:
                yield from read(result, file)
        elif isinstance(value.get("packages"), list):
            for package in value["packages"]:
                yield from read(package.get("vulnerabilities", []) if isinstance(package, dict) else [], file)
        elif isinstance(value.get("vulns"), list) and "name" not in value:
            yield from read(value["vulns"], file)
        elif isinstance(value.get("dependencies"), list):
            yield from _pip_audit(value["dependencies"], file)
        elif isinstance(value.get("security_advisory"), dict):
            yield from read(
                {**value["security_advisory"], "withdrawn_at": value["security_advisory"].get("withdrawn_at")}, file
            )
        elif any(key in value for key in ("ghsa_id", "ghsaId", "vulnerable_version_range")) or _is_ghsa(value):
            yield _ghsa(value, file)
        elif isinstance(value.get("vulnerabilities"), list):
            yield from read(value["vulnerabilities"], file)
        elif isinstance(value.get("id"), str):
            yield _osv(value, file)


def _is_ghsa(value: dict[str, Any]) -> bool:
    entries = value.get("vulnerabilities")
    return isinstance(entries, list) and any(
        isinstance(e, dict) and "package" in e and "affected" not in e for e in entries
    )


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(v for v in values if isinstance(v, str)) if isinstance(values, list) else ()


def _dicts(values: Any) -> list[dict[str, Any]]:
    return [v for v in values if isinstance(v, dict)] if isinstance(values, list) else []


def _osv(value: dict[str, Any], file: str) -> Advisory:
    affected = tuple(a for a in map(_affected, _dicts(value.get("affected"))) if a)
    severity, rated = _severity(value, (value.get("database_specific"),))
    return Advisory(
        value["id"],
        _texts(value.get("aliases")),
        _line(value.get("summary") or value.get("details")),
        severity,
        rated,
        affected,
        bool(value.get("withdrawn")),
        file,
    )


def _affected(entry: dict[str, Any]) -> Affected | None:
    raw = entry.get("package")
    package: dict[str, Any] = raw if isinstance(raw, dict) else {}
    ecosystem, name = str(package.get("ecosystem") or ""), str(package.get("name") or "")
    if not (ecosystem and name) and isinstance(package.get("purl"), str):
        match = re.match(r"pkg:([a-z]+)/([^?#]+?)(?:@[^?#/]*)?(?:[?#].*)?$", package["purl"])
        if match:
            ecosystem, name = match[1], unquote(match[2])
            name = name.replace("/", ":") if ecosystem == "maven" else name
    ranges = _dicts(entry.get("ranges"))
    usable = [r for r in ranges if r.get("type") in ("SEMVER", "ECOSYSTEM", None)]
    known = ECOSYSTEMS.get(ecosystem.split(":")[0].casefold(), ecosystem.casefold())
    severity, rated = _severity(entry, (entry.get("ecosystem_specific"), entry.get("database_specific")))
    return Affected(
        known,
        name,
        tuple(tuple((str(k), str(v)) for event in _dicts(r.get("events")) for k, v in event.items()) for r in usable),
        _texts(entry.get("versions")),
        git=any(r.get("type") == "GIT" for r in ranges),
        severity=severity,
        rated_by=rated if severity else "",
    )


def _severity(value: dict[str, Any], specific: Iterable[Any]) -> tuple[Severity | None, str]:
    """The highest score of `severity`, else the word that a `specific` part gives; of an advisory or of a package."""
    vectors = [str(entry.get("score") or "") for entry in _dicts(value.get("severity"))]
    words = (cvss.word(part.get("severity")) for part in specific if isinstance(part, dict))
    return _best(vectors, next((word for word in words if word), None))


def _best(vectors: Iterable[str], said: Severity | None) -> tuple[Severity | None, str]:
    """The highest computed score, else the database's word, else what a vector without a score counts as."""
    given = [vector for vector in vectors if vector]
    known = [rated for rated in map(cvss.rated, given) if rated]
    scored = sorted((r for r in known if r.score is not None), key=lambda r: -(r.score or 0))
    if scored:
        return scored[0].severity, scored[0].words
    vector = f", vector {given[0]}" if given else ""
    if said:
        return said, f"rated {said} by its database{vector}"
    return (known[0].severity, known[0].words) if known else (None, f"not rated{vector}")


def _ghsa(value: dict[str, Any], file: str) -> Advisory:
    name = str(value.get("ghsa_id") or value.get("ghsaId") or value.get("id") or "unnamed")
    listed = [str(i.get("value")) for i in _dicts(value.get("identifiers")) if i.get("value")]
    aliases = dict.fromkeys(filter(None, [value.get("cve_id"), value.get("cveId"), *listed]))
    raw = value.get("vulnerabilities")
    nodes = raw.get("nodes") if isinstance(raw, dict) else raw
    entries = _dicts(nodes) or ([value] if "vulnerable_version_range" in value else [])
    severity, rated = _best(_ghsa_vectors(value), cvss.word(value.get("severity")))
    return Advisory(
        name,
        tuple(str(a) for a in aliases if a != name),
        _line(value.get("summary")),
        severity,
        rated,
        tuple(map(_ghsa_affected, entries)),
        bool(value.get("withdrawn_at") or value.get("withdrawnAt")),
        file,
    )


def _ghsa_vectors(value: dict[str, Any]) -> Iterator[str]:
    """The vectors of GitHub's `cvss` and `cvss_severities`; where one has no vector its score."""
    several = value.get("cvss_severities") or value.get("cvssSeverities")
    for given in (value.get("cvss"), *(several.values() if isinstance(several, dict) else ())):
        if isinstance(given, dict):
            vector = given.get("vector_string") or given.get("vectorString")
            score = given.get("score")
            computed = isinstance(vector, str) and (found := cvss.rated(vector)) and found.score is not None
            yield str((vector if computed or not score else score) or "")


def _ghsa_affected(entry: dict[str, Any]) -> Affected:
    raw = entry.get("package")
    package: dict[str, Any] = raw if isinstance(raw, dict) else {"name": raw}
    ecosystem = str(package.get("ecosystem") or "").casefold()
    expression = str(entry.get("vulnerable_version_range") or entry.get("vulnerableVersionRange") or "")
    first = (
        entry.get("first_patched_version") or entry.get("firstPatchedVersion") or entry.get("patched_versions") or ""
    )
    fixed = str(first.get("identifier") if isinstance(first, dict) else first)
    fixes = tuple(v for v in re.findall(r"[0-9][\w.+-]*", fixed))
    return Affected(
        ECOSYSTEMS.get(ecosystem, ecosystem), str(package.get("name") or ""), expressions=(expression,), fixes=fixes
    )


def _pip_audit(dependencies: Iterable[Any], file: str) -> Iterator[Advisory]:
    """pip-audit's report: it names the version itself."""
    for dependency in _dicts(list(dependencies)):
        for entry in _dicts(dependency.get("vulns")):
            affected = Affected(
                "pypi",
                str(dependency.get("name")),
                versions=(str(dependency.get("version")),),
                fixes=_texts(entry.get("fix_versions")),
            )
            yield Advisory(
                str(entry.get("id")),
                _texts(entry.get("aliases")),
                _line(entry.get("description")),
                None,
                "not rated",
                (affected,),
                file=file,
            )


def _line(text: Any) -> str:
    return text.strip().splitlines()[0][:200] if isinstance(text, str) and text.strip() else ""
