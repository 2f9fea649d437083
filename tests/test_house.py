"""The house's rules, held by walking the tree and the registry."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bizops import company
from bizops.cli import COMMANDS
from bizops.policy import load
from bizops.roster import declared
from bizops.templates import load_templates

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "bizops"
ROSTER = (
    "architect developer qa devops manager project-manager marketing sales support customer-success analytics finance "
    "operations security"
).split()
# What each part may import of the others: words <- rules <- agent; words <- rules <- desk; agent, desk <- local, cli.
MAY = {
    "words": {"words"},
    "rules": {"words", "rules"},
    "agent": {"words", "rules", "agent"},
    "desk": {"words", "rules", "desk"},
    "local": {"words", "rules", "agent", "desk", "local"},
    "cli": {"words", "rules", "agent", "desk", "local", "cli"},
}
# What each part of local may import of the others: github <- runner <- demo, web; the model stands alone.
MAY_LOCAL = {
    "github": {"github"},
    "model": {"model"},
    "runner": {"github", "runner"},
    "demo": {"github", "model", "runner", "demo"},
    "web": {"github", "runner", "web"},
}
# One module for each outside library that reaches out of the process.
HOMES = {"openai": {"agent/endpoint.py"}, "github": {"desk/github.py"}, "boto3": set()}
SIZES = {"src/**/*.py": 350, "agents/ai-*.py": 200, "actions/*/action.yml": 60, "tests/**/*.py": 500}
LONGEST = 45  # lines of a function without its docstring


def part_of(module: str) -> str:
    """The part of the house that a module `bizops.x.y` belongs to."""
    words = module.split(".")
    return words[1] if len(words) > 1 and words[1] in MAY else "words"


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, late ones as well."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def test_the_parts_import_each_other_only_along_the_arrows() -> None:
    wrong = []
    for path in files():
        relative = path.relative_to(SOURCE)
        own = relative.parts[0] if relative.parts[0] in MAY else "words"
        used = [module for module in imports(path) if module.startswith("bizops")]
        wrong += [f"{relative}: {module}" for module in used if part_of(module) not in MAY[own]]
    assert [line for line in wrong if not line.startswith("__main__.py")] == []


def test_the_parts_of_local_import_each_other_only_along_the_arrows() -> None:
    wrong, seen = [], set()
    for path in sorted((SOURCE / "local").rglob("*.py")):
        own = path.relative_to(SOURCE / "local").parts[0].removesuffix(".py")
        if own == "__init__":
            continue
        seen.add(own)
        used = [module.split(".")[2] for module in imports(path) if module.startswith("bizops.local.")]
        wrong += [f"{path.relative_to(SOURCE)}: {part}" for part in used if part not in MAY_LOCAL[own]]
    assert seen == set(MAY_LOCAL)
    assert wrong == []


@pytest.mark.parametrize("part", ["github", "model"])
def test_the_embedded_github_and_the_scripted_model_know_nothing_of_the_desk(part: str) -> None:
    found = list((SOURCE / "local" / part).rglob("*.py"))
    assert found
    used = {part_of(module) for path in found for module in imports(path) if module.startswith("bizops.")}
    assert used <= {"local", "words"}


@pytest.mark.parametrize("library", HOMES)
def test_a_library_that_reaches_out_has_one_home(library: str) -> None:
    users = {
        str(path.relative_to(SOURCE))
        for path in files()
        if any(module.split(".")[0] == library for module in imports(path))
        and path.relative_to(SOURCE).parts[0] != "local"
    }
    assert users == HOMES[library]


def test_agents_import_nothing_of_the_desk() -> None:
    wrong = [
        f"{path.name}: {module}"
        for path in (ROOT / "agents").glob("ai-*.py")
        for module in imports(path)
        if module.startswith("bizops") and part_of(module) not in {"agent", "rules", "words", "cli"}
    ]
    assert wrong == []


@pytest.mark.parametrize("pattern", SIZES)
def test_files_stay_small(pattern: str) -> None:
    found = list(ROOT.glob(pattern))
    assert found
    sizes = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in found}
    assert {name: size for name, size in sizes.items() if size > SIZES[pattern]} == {}


def lengths(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of each function from its `def` to its end, its docstring left out, and where it is."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            told = (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(node) is not None else 0
            yield (node.end_lineno or 0) - node.lineno + 1 - told, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


@pytest.mark.parametrize("folder", ["src/bizops", "agents", "actions", "scripts"])
def test_functions_stay_small(folder: str) -> None:
    found = [one for path in sorted((ROOT / folder).rglob("*.py")) for one in lengths(path)]
    assert [f"{where}: {size} lines" for size, where in found if size > LONGEST] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [p.name for p in files() if p.stem in {"utils", "helpers", "common", "manager", "misc", "core"}] == []


def test_the_roster_is_the_fourteen_of_the_mission() -> None:
    assert set(load().agents.agents) == {f"ai-{name}-agent" for name in ROSTER}


def test_every_agent_that_is_on_has_its_file_prompt_and_three_examples() -> None:
    for name, policy in load().agents.agents.items():
        if policy.mode == "off":
            continue
        assert declared(name).executes is False, name
        assert (ROOT / "agents" / "prompts" / f"{name}.md.j2").is_file(), name
        kinds = {path.parent.name for path in (ROOT / "examples" / name).glob("*/issue.json")}
        assert {"ordinary", "broken", "hostile"} <= kinds, name


def test_every_file_of_an_agent_is_in_the_roster_and_on() -> None:
    agents = load().agents.agents
    stems = {path.stem for path in (ROOT / "agents").glob("ai-*.py")}
    assert stems == {name for name, policy in agents.items() if policy.mode != "off"}
    assert {path.name.removesuffix(".md.j2") for path in (ROOT / "agents" / "prompts").glob("ai-*.md.j2")} == stems
    assert {path.name for path in (ROOT / "examples").glob("ai-*")} == stems


def test_every_form_has_an_area_that_is_routed() -> None:
    routes = load().labels.routes
    for template in load_templates(company.forms()):
        label = template.labels[0]
        assert label in routes or f"{label.partition('/')[0]}/*" in routes, template.file


def test_workflows_name_no_agent_and_no_area() -> None:
    for path in [*(ROOT / ".github" / "workflows").glob("*.yml"), *(ROOT / "actions").glob("*/action.yml")]:
        text = path.read_text("utf-8")
        assert re.findall(r"\bai-[a-z-]+-agent\b", text) == [], path.name
        assert [area for area in load().labels.routes if "*" not in area and area in text] == [], path.name


def test_no_expression_stands_inside_a_run_step_and_every_action_is_pinned() -> None:
    from ruamel.yaml import YAML

    def walk(node: object) -> Iterator[dict[str, object]]:
        if isinstance(node, dict):
            yield node
            for value in node.values():
                yield from walk(value)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value)

    seen = 0
    for path in [*(ROOT / ".github" / "workflows").glob("*.yml"), *(ROOT / "actions").glob("*/action.yml")]:
        for node in walk(YAML(typ="safe").load(path.read_text("utf-8"))):
            if isinstance(run := node.get("run"), str):
                seen += 1
                assert "${{" not in run, path.name
                assert len(run.strip().splitlines()) <= 3, path.name
            if isinstance(uses := node.get("uses"), str):
                assert uses.startswith("./") or re.fullmatch(r"[\w/.-]+@[0-9a-f]{40}", uses), uses
    assert seen >= 4


def test_requirements_are_locked_with_hashes_and_without_addresses() -> None:
    locks = list((ROOT / "requirements").glob("*.txt"))
    assert len(locks) >= 4
    for path in locks:
        text = path.read_text("utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text, path.name
        assert re.findall(r"^[a-zA-Z0-9_.-]+(?!.*==)", text, re.MULTILINE) == [], path.name


def test_no_test_mocks() -> None:
    banned = re.compile(r"^\s*(?:from|import)\s+(?:unittest\.mock|mock)\b|\bmonkeypatch\b", re.MULTILINE)
    own = Path(__file__).name
    found = [p.name for p in (ROOT / "tests").rglob("*.py") if p.name != own and banned.search(p.read_text("utf-8"))]
    assert found == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bizops", command, "--help"], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    assert f"bizops {command}" in done.stdout
