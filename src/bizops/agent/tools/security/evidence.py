"""How the evidence for a control is read from the tracked files.

What the files cannot show is `not measured`, never guessed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from bizops.agent.tools import tracked

Status = Literal["met", "not met", "not measured"]
MANIFESTS = {
    "pyproject.toml": ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml"),
    "setup.py": (),
    "setup.cfg": (),
    "Pipfile": ("Pipfile.lock",),
    "package.json": ("package-lock.json", "yarn.lock", "pnpm-lock.yaml", "npm-shrinkwrap.json", "bun.lock"),
    "go.mod": ("go.sum",),
    "Cargo.toml": ("Cargo.lock",),
    "Gemfile": ("Gemfile.lock",),
    "composer.json": ("composer.lock",),
}


@dataclass(frozen=True)
class Evidence:
    """A status with its reason, and the place that shows it (`file`, `line`)."""

    status: Status
    text: str
    file: str = ""
    line: int | None = None


class Repository:
    """Tracked files as the checks read them; each file is read once."""

    def __init__(self, tree: tracked.Tree, secrets: Callable[[], Evidence]) -> None:
        self.tree, self.secrets, self._texts = tree, secrets, dict[str, list[str]]()

    @cached_property
    def paths(self) -> tuple[str, ...]:
        return self.tree.paths

    def lines(self, path: str) -> list[str]:
        if path not in self._texts:
            self._texts[path] = (tracked.text(self.tree, path) or "").splitlines()
        return self._texts[path]

    def first(self, *names: str) -> str:
        """The first tracked file of these paths (without regard to case), or nothing."""
        found = (self.tree.find(name) for name in names)
        return next((entry.path for entry in found if entry), "")

    def search(self, path: str, pattern: str) -> int | None:
        """The line of the first match in a file."""
        return next((n for n, line in enumerate(self.lines(path), 1) if re.search(pattern, line[:2000])), None)

    @cached_property
    def workflows(self) -> tuple[str, ...]:
        return tuple(p for p in self.paths if re.fullmatch(r"\.github/workflows/[^/]+\.ya?ml", p))

    def in_workflows(self, pattern: str) -> tuple[str, int] | None:
        for path in self.workflows:
            if line := self.search(path, pattern):
                return path, line
        return None


def file(what: str, *names: str) -> Callable[[Repository], Evidence]:
    def check(repository: Repository) -> Evidence:
        path = repository.first(*names)
        if not path:
            return Evidence("not met", f"no {what} is tracked")
        filled = next((n for n, line in enumerate(repository.lines(path), 1) if line.strip()), None)
        return (
            Evidence("met", f"{what} is tracked", path, filled)
            if filled
            else Evidence("not met", f"{what} is empty", path, 1)
        )

    return check


def owners(repository: Repository) -> Evidence:
    path = repository.first("CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS")
    line = repository.search(path, r"^\s*[^#\s]\S*\s+\S*@") if path else None
    if not path:
        return Evidence("not met", "no CODEOWNERS is tracked")
    return (
        Evidence("met", "an owner is named", path, line) if line else Evidence("not met", "it names no owner", path, 1)
    )


def protection(repository: Repository) -> Evidence:
    path = repository.first(".github/settings.yml", ".github/settings.yaml")
    line = repository.search(path, r"^\s*protection:") if path else None
    if line:
        return Evidence(
            "not measured",
            "protection is declared here; whether it is in force only the host's settings tell",
            path,
            line,
        )
    return Evidence("not measured", "it is a setting of the host, not a file")


def tests(repository: Repository) -> Evidence:
    if not repository.workflows:
        return Evidence("not met", "no workflow is tracked")
    found = repository.in_workflows(
        r"(?<!name: )\b(?:pytest|tox|nox|unittest|make (?:\S+ )*(?:test|check)|npm (?:run )?test|npm"
        r" t\b|yarn (?:run )?test|pnpm (?:run )?test|go test|cargo (?:nextest|test)"
        r"|mvn\b.*\b(?:test|verify)|gradlew?\b.*\b(?:test|check|build)|rspec|phpunit|jest|vitest"
        r"|dotnet test|ctest|bundle exec r|\.ci/run)\b"
    )
    return (
        Evidence("met", "a workflow runs tests", *found)
        if found
        else Evidence("not measured", "no known test command in a workflow")
    )


def locked(repository: Repository) -> Evidence:
    manifests = [p for p in repository.paths if "/" not in p and p in MANIFESTS]
    requirements = [
        p for p in repository.paths if re.fullmatch(r"(?:[^/]*/)?requirements[^/]*(?:\.txt|/[^/]+\.txt)", p)
    ]
    hashed = [(p, line) for p in requirements if (line := repository.search(p, r"--hash=|--hash "))]
    for manifest in manifests:
        locks = [p for p in MANIFESTS[manifest] if repository.first(p)]
        if not locks and not (hashed and manifest in ("pyproject.toml", "setup.py", "setup.cfg")):
            return Evidence("not met", "its dependencies have no lock file with hashes", manifest, 1)
    open_ones = [p for p in requirements if p not in dict(hashed) and repository.search(p, r"^[A-Za-z0-9]")]
    if open_ones:
        return Evidence(
            "not met", "requirements without hashes", open_ones[0], repository.search(open_ones[0], r"^[A-Za-z0-9]")
        )
    if hashed:
        return Evidence("met", "requirements are locked with hashes", *hashed[0])
    lock = next((found for m in manifests for p in MANIFESTS[m] if (found := repository.first(p))), "")
    return (
        Evidence("met", "a lock file is tracked", lock, 1)
        if lock
        else Evidence("not measured", "no manifest of dependencies is tracked")
    )


def _uses(repository: Repository) -> Iterator[tuple[str, int, str]]:
    actions = [p for p in repository.paths if p.rsplit("/", 1)[-1] in ("action.yml", "action.yaml")]
    for path in (*repository.workflows, *actions):
        for number, line in enumerate(repository.lines(path), 1):
            if match := re.match(r"\s*(?:-\s+)?['\"]?uses['\"]?:\s*['\"]?([^\s'\"#]+)", line):
                yield path, number, match[1]


def pinned(repository: Repository) -> Evidence:
    remote = [u for u in _uses(repository) if not u[2].startswith(("./", "$/"))]
    for path, line, target in remote:
        pinned = (
            re.search(r"@sha256:[0-9a-f]{64}$", target)
            if target.startswith("docker://")
            else re.search(r"@[0-9a-f]{40}$", target)
        )
        if not pinned:
            return Evidence("not met", "an action is not pinned to a commit", path, line)
    if remote:
        return Evidence("met", "every remote action is pinned to a commit", *remote[0][:2])
    return (
        Evidence("met", "no remote action is used", repository.workflows[0], 1)
        if repository.workflows
        else Evidence("not measured", "no workflow is tracked")
    )


def permissions(repository: Repository) -> Evidence:
    if not repository.workflows:
        return Evidence("not measured", "no workflow is tracked")
    for path in repository.workflows:
        if line := repository.search(path, r"^\s*permissions:\s*['\"]?write-all"):
            return Evidence("not met", "the token may write everything", path, line)
        if not repository.search(path, r"^permissions:"):
            return Evidence("not met", "no permissions at the top: the default of the host holds", path, 1)
    path = repository.workflows[0]
    return Evidence("met", "every workflow narrows its token", path, repository.search(path, r"^permissions:"))


def updates(repository: Repository) -> Evidence:
    path = repository.first(
        ".github/dependabot.yml",
        ".github/dependabot.yaml",
        "renovate.json",
        "renovate.json5",
        ".github/renovate.json",
        ".github/renovate.json5",
        ".renovaterc",
        ".renovaterc.json",
    )
    return (
        Evidence("met", "updates of dependencies are configured", path, 1)
        if path
        else Evidence("not met", "neither dependabot nor renovate is configured")
    )


def ignored(repository: Repository) -> Evidence:
    tracked_env = next(
        (p for p in repository.paths if re.fullmatch(r"(?:.*/)?\.env(?:\.(?!example|sample|template|dist)\w+)*", p)), ""
    )
    if tracked_env:
        return Evidence("not met", "an environment file is tracked", tracked_env, 1)
    path = repository.first(".gitignore")
    line = repository.search(path, r"^\s*(?:\*\*/|/)?(?:\*?\.env\*?|\.env\.\*|\*\.env)\s*$") if path else None
    return (
        Evidence("met", "environment files are ignored", path, line)
        if line
        else Evidence("not met", "`.env` is not ignored by .gitignore", path, 1 if path else None)
    )


def scanned(repository: Repository) -> Evidence:
    found = repository.in_workflows(
        r"(?i)codeql|semgrep|bandit|zizmor|gitleaks|trufflehog|detect-secrets|snyk|trivy|gosec|brakeman|sonar"
    )
    if found:
        return Evidence("met", "a workflow scans the code", *found)
    path = repository.first(".pre-commit-config.yaml")
    line = repository.search(path, r"(?i)bandit|zizmor|gitleaks|detect-secrets|semgrep") if path else None
    return (
        Evidence("met", "a commit hook scans the code", path, line)
        if line
        else Evidence("not met", "no known scanner runs in a workflow or hook")
    )


def signed(repository: Repository) -> Evidence:
    found = repository.in_workflows(
        r"(?i)cosign|sigstore|attest-build-provenance|slsa-framework|gpg\b.*--(?:detach-)?sign|attestations: write"
    )
    if found:
        return Evidence("met", "a workflow signs or attests what is released", *found)
    release = repository.in_workflows(
        r"(?i)\btwine\b|gh release|npm publish|cargo publish|pypi-publish|action-gh-release|goreleaser"
    )
    return (
        Evidence("not met", "the release is neither signed nor attested", *release)
        if release
        else Evidence("not measured", "no release workflow is tracked")
    )
