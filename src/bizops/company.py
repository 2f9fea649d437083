"""Where policies, agents, prompts and forms come from: a company's own folder first, then the one that is shipped."""

from pathlib import Path
from typing import Literal

Part = Literal["policies", "agents", "prompts", "forms"]
ENGINE = Path(__file__).parents[2]
SHIPPED: dict[Part, Path] = {
    "policies": ENGINE / "policies",
    "agents": ENGINE / "agents",
    "prompts": ENGINE / "agents" / "prompts",
    "forms": ENGINE / ".github" / "ISSUE_TEMPLATE",
}
OWN: dict[Part, str] = {
    "policies": "policies", "agents": "agents", "prompts": "prompts", "forms": ".github/ISSUE_TEMPLATE",
}  # fmt: skip


def own(part: Part, root: Path | None) -> Path | None:
    """The folder of a company's repository for a part, whether it is there or not; None without a repository."""
    return root / OWN[part] if root else None


def folders(part: Part, folder: Path | None) -> tuple[Path, ...]:
    """Where a part is looked for, in this order: the company's folder, where it is one, and the shipped one."""
    return (*([folder] if folder and folder.is_dir() else []), SHIPPED[part])


def find(part: Part, name: str, folder: Path | None) -> Path | None:
    """The file of that name, the company's before the shipped one (policies and agents override file by file)."""
    return next((path for place in folders(part, folder) if (path := place / name).is_file()), None)


def forms(root: Path | None = None) -> Path:
    """The forms of a repository, else the shipped ones: they override as a whole, as people see them on GitHub."""
    return folders("forms", own("forms", root))[0]
