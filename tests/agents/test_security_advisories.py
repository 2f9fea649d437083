# ruff: noqa: FBT001 - parametrized tests take their truth values by name
"""Advisories against lock files: formats, version rules, aliases, severity, what is undecided."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops import policy
from bizops.agent.agent import Result, ToolError
from bizops.agent.tools.advisories import affected, cvss, locks, osv, versions
from bizops.agent.tools.advisories.advisories import match_advisories
from bizops.agent.tools.advisories.affected import Affected
from bizops.case import Case, Data, Work
from bizops.issue import Thread

POLICY = policy.load()


def asked(folder: Path, **files: object) -> Result:
    """The answer about files of an issue; a name's `__` is a dot."""
    data = []
    for key, content in files.items():
        path = folder / key.replace("__", ".")
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        data.append(Data(path.name, path, "issue"))
    thread, work = Thread.read({"title": "advisories"}), Work("ai-security-agent", "opened")
    return match_advisories(Case(folder, thread, work, "P2", POLICY, data=tuple(data)))


def advisory(
    name: str, package: str, *events: dict[str, str], ecosystem: str = "PyPI", **more: object
) -> dict[str, object]:
    kind = "SEMVER" if ecosystem in ("npm", "Go") else "ECOSYSTEM"
    ranges = [{"type": kind, "events": list(events)}] if events else []
    return {
        "id": name,
        "modified": "2026-01-01T00:00:00Z",
        "affected": [{"package": {"ecosystem": ecosystem, "name": package}, "ranges": ranges}],
        **more,
    }


PINS = {
    "poetry.lock": (
        '[[package]]\nname = "Acme"\nversion = "1.0"\n\n[package.dependencies]\nname ='
        ' "no"\n\n[[package]]\nname = "b"\nversion = "2"\n'
    ),
    "Cargo.lock": '[[package]]\nname = "acme"\nversion = "1.0.0"\n[[package]]\nname = "b"\nversion = "2.0.0"\n',
    "Pipfile.lock": '{"_meta": {},\n"default": {\n"acme": {"version": "==1.0"},\n"b": {"version": "==2"}}}',
    "package-lock.json": '{"lockfileVersion": 3, "packages": {\n"": {"name": "own", "version":'
    ' "1"},\n"node_modules/acme": {"version": "1.0.0"},\n'
    '"node_modules/x/node_modules/@s/b": {"version": "2.0.0"}}}',
    "npm-shrinkwrap.json": '{"lockfileVersion": 1, "dependencies": {\n"acme": {"version": "1.0.0",'
    ' "requires": {"b": "^1"}, "dependencies": {\n"b": {"version":'
    ' "1.0.0"}}},\n'
    '"b": {"version": "2.0.0"}}}',
    "yarn.lock": (
        '# yarn lockfile v1\n\nacme@^1.0.0, acme@^1.0.1:\n  version "1.0.0"\n'
        '  dependencies:\n    b "^2"\n\n"@s/b@^2":\n  version "2.0.0"\n'
    ),
    "pnpm-lock.yaml": (
        "lockfileVersion: '9.0'\n\npackages:\n\n  acme@1.0.0:\n    resolution: {}\n\n"
        "  '@s/b@2.0.0(acme@1.0.0)':\n    resolution: {}\n\nsnapshots:\n\n"
        "  acme@1.0.0: {}\n"
    ),
    "go.mod": "module own\n\nrequire (\n\tacme.dev/a v1.0.0\n\tacme.dev/b v2.0.0 // indirect\n)\n",
    "go.sum": (
        "acme.dev/a v1.0.0 h1:x=\nacme.dev/a v1.0.0/go.mod h1:x=\nacme.dev/b v2.0.0"
        " h1:x=\nacme.dev/c v1.0.0/go.mod h1:x=\n"
    ),
    "Gemfile.lock": (
        "GEM\n  remote: https://rubygems.org/\n  specs:\n    acme (1.0.0)\n      b (~>"
        " 2)\n    b (2.0.0-x86_64-linux)\n\nPLATFORMS\n  ruby\n"
    ),
    "composer.lock": (
        '{"packages": [\n{"name": "acme/a", "version": "v1.0.0"}],\n"packages-dev":'
        ' [\n{"name": "acme/b", "version": "2.0.0"}]}'
    ),
    "pubspec.lock": (
        'packages:\n  acme:\n    dependency: "direct main"\n    description:\n      name: acme\n    source: hosted\n'
        '    version: "1.0.0"\n  flutter:\n    source: sdk\n    version: "0.0.0"\n  b:\n    source: hosted\n'
        '    version: "2.0.0"\nsdks:\n  dart: ">=2.12.0"\n'
    ),
    "mix.lock": (
        '%{\n  "acme": {:hex, :acme, "1.0.0", "c9", [:mix], [], "hexpm", "01"},\n'
        '  "b": {:hex, :b, "2.0.0", "c9", [:rebar3], [], "hexpm"},\n}\n'
    ),
    "Package.resolved": (
        '{"pins": [\n{"identity": "a", "location": "https://github.com/acme/a", "state": {"version": "1.0.0"}},\n'
        '{"identity": "b", "location": "https://github.com/x/b", "state": {"revision": "f", "version": "2.0.0"}}],\n'
        '"version": 2}'
    ),
    "bun.lock": (
        '{\n  "lockfileVersion": 1,\n  "packages": {\n    "acme": ["acme@1.0.0", "", {}, "sha512-x"],\n'
        '    "@s/b": ["@s/b@2.0.0", "", {}, "sha512-x"],\n  }\n}\n'
    ),
    "requirements.txt": (
        "# locked\nacme[x]==1.0 ; python_version < '4' \\\n"
        "    --hash=sha256:00\nb===2  # why\n--index-url https://pypi.example\n"
    ),
}


@pytest.mark.parametrize("name", PINS)
def test_a_lock_file_gives_its_pins_with_their_lines(name: str) -> None:
    text = PINS[name]
    pins = locks.read(name, text)
    first, last = pins[0], pins[-1]
    assert "acme" in first.name.casefold()
    assert first.version.removeprefix("v") in ("1.0", "1.0.0")
    assert last.version.removeprefix("v") in ("2", "2.0.0")
    for pin in (first, last):
        assert pin.name.rsplit("/", 1)[-1] in text.splitlines()[pin.line - 1]


@pytest.mark.parametrize("name", PINS)
def test_a_lock_file_without_its_name_is_known_by_its_content(name: str) -> None:
    found = locks.reader("block-1.txt", PINS[name])
    assert found is not None
    assert [p.version for p in found(PINS[name], "block-1.txt")] == [p.version for p in locks.read(name, PINS[name])]


def test_a_package_installed_twice_is_judged_twice(tmp_path: Path) -> None:
    lock = PINS["npm-shrinkwrap.json"]
    result = asked(
        tmp_path,
        osv__json=advisory("GHSA-b", "b", {"introduced": "0"}, {"fixed": "3.0.0"}, ecosystem="npm"),
        package_lock__json=lock,
    )
    assert sorted((f.line, f.text.split(":")[0]) for f in result.findings) == [(3, "b 1.0.0"), (4, "b 2.0.0")]


def test_names_of_one_vulnerability_are_one_even_through_a_third(tmp_path: Path) -> None:
    files = [
        advisory("GHSA-1", "acme", {"introduced": "0"}, {"fixed": "2.0"}, aliases=["CVE-1"]),
        advisory("PYSEC-1", "Acme", {"introduced": "0"}, {"fixed": "2.0"}, aliases=["CVE-2"]),
        advisory("OSV-1", "acme", {"introduced": "0"}, {"fixed": "2.0"}, aliases=["CVE-2", "CVE-1"]),
        advisory("GHSA-2", "acme", {"introduced": "0"}, {"fixed": "3.0"}),
    ]
    result = asked(tmp_path, osv__json=files, requirements__txt="acme==1.0\n")
    assert result.facts["vulnerabilities"].value == "2"
    assert [f.rule for f in result.findings] == ["CVE-1", "GHSA-2"]
    assert "upgrade to **3.0**" in result.text


def test_a_fix_that_another_name_still_counts_as_affected_is_no_fix(tmp_path: Path) -> None:
    files = [
        advisory("GHSA-1", "acme", {"introduced": "0"}, {"fixed": "1.1"}, aliases=["CVE-1"]),
        advisory("PYSEC-1", "acme", {"introduced": "0"}, {"fixed": "1.2"}, aliases=["CVE-1"]),
    ]
    assert "upgrade to **1.2**" in asked(tmp_path, osv__json=files, requirements__txt="acme==1.0\n").text


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.0", True),
        ("1.4.9", True),
        ("1.5", False),
        ("1.9", False),
        ("2.0rc1", False),
        ("2.0", True),
        ("2.1.3", True),
        ("2.1.4", False),
        ("3.0", True),
    ],
)
def test_events_count_in_the_order_of_their_versions(version: str, expected: bool) -> None:
    events = (
        ("introduced", "3.0"),
        ("fixed", "1.5"),
        ("last_affected", "2.1.3"),
        ("introduced", "0"),
        ("introduced", "2.0"),
    )
    assert affected.hits(Affected("pypi", "acme", (events,)), version) is expected


@given(
    st.lists(st.tuples(*[st.integers(0, 30)] * 3), min_size=3, max_size=3, unique=True),
    st.tuples(*[st.integers(0, 30)] * 3),
    st.randoms(),
)
def test_the_order_in_which_events_stand_changes_nothing(
    marks: list[tuple[int, int, int]], version: tuple[int, int, int], random: object
) -> None:
    low, middle, high = sorted(marks)
    events = [("introduced", _text(low)), ("fixed", _text(middle)), ("introduced", _text(high))]
    random.shuffle(events)  # type: ignore[attr-defined]
    expected = low <= version < middle or high <= version
    assert affected.hits(Affected("npm", "x", (tuple(events),)), _text(version)) is expected


def _text(version: tuple[int, int, int]) -> str:
    return ".".join(map(str, version))


@pytest.mark.parametrize(
    ("ecosystem", "older", "newer"),
    [
        ("pypi", "1.0.dev1", "1.0a1"),
        ("pypi", "1.0rc1", "1.0"),
        ("pypi", "1.0", "1.0.post1"),
        ("pypi", "2.0", "1!0.1"),
        ("pypi", "1.9", "1.10"),
        ("npm", "1.0.0-alpha.2", "1.0.0-alpha.10"),
        ("npm", "1.0.0-alpha.1", "1.0.0-alpha.beta"),
        ("npm", "1.0.0-rc.1", "1.0.0"),
        ("npm", "1.9.0", "1.10.0"),
        ("go", "v1.2.3-0.20200101000000-abcdefabcdef", "v1.2.3"),
        ("go", "v0.0.0-20190101000000-abcdefabcdef", "v0.0.0-20200101000000-abcdefabcdef"),
        ("go", "v1.9.0", "v2.0.0+incompatible"),
        ("rubygems", "6.0.3.rc1", "6.0.3"),
        ("rubygems", "6.0.3", "6.0.3.1"),
        ("maven", "2.0-beta9", "2.0"),
        ("maven", "2.14.1", "2.15.0"),
        ("packagist", "v4.4.0-RC1", "v4.4.0"),
        ("nuget", "12.0.1", "13.0.1"),
    ],
)
def test_versions_are_ordered_as_their_ecosystem_orders_them(ecosystem: str, older: str, newer: str) -> None:
    assert versions.key(ecosystem, older) < versions.key(ecosystem, newer)
    assert not versions.key(ecosystem, newer) < versions.key(ecosystem, older)


@pytest.mark.parametrize(
    ("ecosystem", "a", "b"),
    [
        ("pypi", "1.0", "1.0.0"),
        ("rubygems", "1.0", "1"),
        ("maven", "1.0-final", "1"),
        ("npm", "1.0.0+a", "1.0.0+b"),
        ("go", "v1.0.0", "1.0.0"),
    ],
)
def test_two_spellings_of_a_version_are_the_same(ecosystem: str, a: str, b: str) -> None:
    assert versions.same(ecosystem, a, b)


@pytest.mark.parametrize(
    ("expression", "version", "expected"),
    [
        (">= 1.0, < 1.2", "1.1.9", True),
        (">= 1.0, < 1.2", "1.2", False),
        ("= 1.3", "1.3", True),
        ("= 1.3", "1.3.1", False),
        ("<= 2", "2", True),
        ("< 1.0 || >= 2.0, < 2.2", "2.1", True),
        ("< 1.0 || >= 2.0, < 2.2", "1.5", False),
        ("> 1.0", "1.0", False),
    ],
)
def test_github_ranges_mean_what_github_means(expression: str, version: str, expected: bool) -> None:
    assert affected.hits(Affected("pypi", "x", expressions=(expression,)), version) is expected


# Published scores: NVD and FIRST's examples document (CVSS 3.1).
@pytest.mark.parametrize(
    ("vector", "score"),
    [
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1),
        ("CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H", 5.9),
        ("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8),
        ("CVSS:3.0/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", 4.6),
        ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0),
    ],
)
def test_a_base_score_is_the_published_one(vector: str, score: float) -> None:
    assert cvss.base(vector) == score


def test_the_same_advisory_is_read_from_every_form_that_carries_it(tmp_path: Path) -> None:
    one = advisory("GHSA-1", "acme", {"introduced": "0"}, {"fixed": "2.0"})
    github = {
        "ghsa_id": "GHSA-1",
        "severity": "high",
        "vulnerabilities": [
            {
                "package": {"ecosystem": "pip", "name": "acme"},
                "vulnerable_version_range": "< 2.0",
                "first_patched_version": {"identifier": "2.0"},
            }
        ],
    }
    forms: list[object] = [
        one,
        [one],
        {"vulns": [one]},
        {"results": [{"packages": [{"package": {"name": "acme"}, "vulnerabilities": [one]}]}]},
        {"results": [{"vulns": [one]}]},
        json.dumps(one) + "\n" + json.dumps(one),
        github,
        [github],
        {"vulnerabilities": [one]},
        {
            "dependencies": [
                {"name": "acme", "version": "1.0", "vulns": [{"id": "GHSA-1", "fix_versions": ["2.0"], "aliases": []}]}
            ]
        },
    ]
    for form in forms:
        result = asked(tmp_path, osv__json=form, requirements__txt="acme==1.0\n")
        assert [f.rule for f in result.findings] == ["GHSA-1"], form
        assert "upgrade to **2.0**" in result.text


def test_what_cannot_be_decided_is_said_and_not_counted(tmp_path: Path) -> None:
    git = {
        "id": "G-1",
        "modified": "x",
        "affected": [
            {
                "package": {"ecosystem": "PyPI", "name": "acme"},
                "ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}],
            }
        ],
    }
    other = advisory("N-1", "acme", {"introduced": "0"}, ecosystem="npm")
    gone = advisory("W-1", "acme", {"introduced": "0"}, withdrawn="2026-01-01T00:00:00Z")
    result = asked(tmp_path, osv__json=[git, other, gone], requirements__txt="acme==1.0\n")
    assert result.facts["vulnerabilities"].value == "0"
    assert "GIT ranges" in result.text
    assert "1 advisory withdrawn" in result.text
    assert not result.findings


def test_a_package_without_a_pinned_version_is_asked_for(tmp_path: Path) -> None:
    result = asked(
        tmp_path, osv__json=advisory("A-1", "acme", {"introduced": "0"}), requirements__txt="b==1\nacme>=1.0\n"
    )
    assert result.questions == (
        (
            "requirements.txt:2: acme has no pinned version (a range (>=1.0)), but an advisory names it."
            " Which version is installed?"
        ),
    )
    assert not result.findings


def test_a_broken_advisory_file_is_named_with_its_line() -> None:
    with pytest.raises(ToolError, match=r"osv\.json:3: not JSON"):
        osv.parse('{"id": "x",\n"affected": [\n}', "osv.json")


def test_names_of_python_packages_are_compared_as_pep_503_says(tmp_path: Path) -> None:
    result = asked(
        tmp_path,
        osv__json=advisory("A-1", "Zope.Interface_x", {"introduced": "0"}),
        requirements__txt="zope-interface.X==5.0\n",
    )
    assert len(result.findings) == 1


def test_a_version_4_vector_alone_is_unknown_and_counts_as_high(tmp_path: Path) -> None:
    v4 = [{"type": "CVSS_V4", "score": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"}]
    rated = advisory("A-1", "acme", {"introduced": "0"}, severity=v4, database_specific={"severity": "CRITICAL"})
    unrated = advisory("A-2", "acme", {"introduced": "0"}, severity=v4)
    result = asked(tmp_path, osv__json=[rated, unrated], requirements__txt="acme==1.0\n")
    assert [f.severity for f in result.findings] == ["critical", "high"]
    assert "severity not computed from a CVSS 4 vector: unknown, counted as high" in result.text


def test_what_nobody_rated_and_no_vector_tells_counts_as_medium_and_says_so(tmp_path: Path) -> None:
    found = asked(tmp_path, osv__json=[advisory("A-1", "acme", {"introduced": "0"})], requirements__txt="acme==1.0\n")
    assert [f.severity for f in found.findings] == ["medium"]
    assert "counted as medium" in found.text


@pytest.mark.parametrize(
    ("vector", "score", "severity"),
    [  # the three examples of the guide to version 2, section 3.3, and the ends of the scale
        ("AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8, "high"),
        ("AV:N/AC:L/Au:N/C:C/I:C/A:C", 10.0, "high"),
        ("AV:L/AC:H/Au:N/C:C/I:C/A:C", 6.2, "medium"),
        ("(AV:N/AC:M/Au:N/C:P/I:N/A:N)", 4.3, "medium"),
        ("CVSS2#AV:N/AC:L/Au:S/C:P/I:P/A:P/E:POC/RL:OF/RC:C", 6.5, "medium"),
        ("AV:L/AC:L/Au:N/C:N/I:N/A:N", 0.0, "info"),
    ],
)
def test_a_version_2_vector_is_scored_by_its_own_equations(vector: str, score: float, severity: str) -> None:
    rated = cvss.rated(vector)
    assert rated is not None
    assert (rated.score, rated.severity) == (score, severity)


@pytest.mark.parametrize("vector", ["AV:N/AC:L", "AV:N/AC:L/Au:X/C:P/I:P/A:P", "CVSS:3.1/AV:N", "high", "", "11.0"])
def test_what_is_no_whole_vector_is_not_scored(vector: str) -> None:
    assert cvss.rated(vector) is None


def test_a_local_build_is_as_affected_as_the_version_it_was_built_from(tmp_path: Path) -> None:
    listed = advisory("A-1", "torch")
    listed["affected"][0]["versions"] = ["1.13.0"]  # type: ignore[index]
    last = advisory("A-2", "torch", {"introduced": "0"}, {"last_affected": "1.13.0"})
    fixed = advisory("A-3", "torch", {"introduced": "0"}, {"fixed": "1.13.0"})
    result = asked(tmp_path, osv__json=[listed, last, fixed], requirements__txt="torch==1.13.0+cu117\n")
    assert sorted(f.rule for f in result.findings) == ["A-1", "A-2"]


def test_the_severity_of_another_package_of_the_advisory_does_not_count(tmp_path: Path) -> None:
    score = [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]
    both = advisory("A-1", "acme", {"introduced": "0"})
    mine = both["affected"][0]  # type: ignore[index]
    mine["ecosystem_specific"] = {"severity": "LOW"}
    both["affected"].append({"package": {"ecosystem": "npm", "name": "other"}, "severity": score})  # type: ignore[attr-defined]
    assert [f.severity for f in asked(tmp_path, osv__json=both, requirements__txt="acme==1.0\n").findings] == ["low"]


def test_an_advisory_about_commits_of_no_package_is_said_to_be_undecidable(tmp_path: Path) -> None:
    commits = {"type": "GIT", "repo": "https://github.com/x/acme", "events": [{"introduced": "0"}]}
    bare = {"id": "OSV-1", "modified": "x", "affected": [{"ranges": [commits]}]}
    assert "`OSV-1` of `osv.json` names no package" in asked(tmp_path, osv__json=bare, requirements__txt="a==1\n").text


def test_a_folder_in_poetrys_lock_file_is_no_package_of_the_index() -> None:
    own = '[[package]]\nname = "mine"\nversion = "0.1"\n\n[package.source]\ntype = "directory"\nurl = "../mine"\n'
    mirror = (
        '[[package]]\nname = "b"\nversion = "2"\n\n[package.source]\ntype = "legacy"\nurl = "https://pypi.acme.io"\n'
    )
    assert [pin.name for pin in locks.read("poetry.lock", own + mirror)] == ["b"]


def test_lines_of_escaped_names_are_found_in_time_linear_in_the_lock_file() -> None:
    entries = ",\n".join(f'"node_modules/\\u0061{n}": {{"version": "1.0.{n}"}}' for n in range(20_000))
    started = time.process_time()
    pins = locks.read("package-lock.json", f'{{"lockfileVersion": 3, "packages": {{\n{entries}}}}}')
    assert [(p.name, p.line) for p in (pins[0], pins[-1])] == [("a0", 2), ("a19999", 20_001)]
    assert time.process_time() - started < 3


def test_many_unpinned_packages_and_many_advisories_are_compared_in_time(tmp_path: Path) -> None:
    started = time.process_time()
    many = [advisory(f"A-{n}", f"other{n}", {"introduced": "0"}) for n in range(400)]
    result = asked(tmp_path, osv__json=many, requirements__txt="".join(f"p{n}>=1\n" for n in range(6_000)))
    assert result.questions == ()
    assert time.process_time() - started < 3
