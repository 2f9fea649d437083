"""The desk's own branch: an orphan that holds what can be rebuilt (the sweep's cache) and the ledger."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bizops.desk.github import GitHub, Gone
from bizops.errors import GitHubError

NAME = "bizops"


@dataclass(frozen=True)
class Branch:
    """Files on one branch, read singly and written together in one commit."""

    github: GitHub
    name: str = NAME

    def read(self, path: str) -> str | None:
        """A file's text; None where there is none."""
        return self.github.text(path, self.name)

    def write(self, files: Mapping[str, str], message: str) -> bool:
        """One commit with these files; False where another run wrote in between (nothing is written then)."""
        git = f"{self.github.root}/git"
        head = self._head()
        base = self.github.get(f"{git}/commits/{head}")["tree"]["sha"] if head else None
        entries = [{"path": p, "mode": "100644", "type": "blob", "content": text} for p, text in files.items()]
        tree = self.github.send("POST", f"{git}/trees", {"tree": entries} | ({"base_tree": base} if base else {}))
        if head and tree["sha"] == base:
            return True
        parents = [head] if head else []
        commit = self.github.send(
            "POST", f"{git}/commits", {"message": message, "tree": tree["sha"], "parents": parents}
        )
        try:
            if head:
                self.github.send("PATCH", f"{git}/refs/heads/{self.name}", {"sha": commit["sha"], "force": False})
            else:
                self.github.send("POST", f"{git}/refs", {"ref": f"refs/heads/{self.name}", "sha": commit["sha"]})
        except GitHubError as error:
            if error.status in (409, 422) and self._head() != head:
                return False
            raise  # the branch is as it was: it is protected, or a rule of the repository refuses the commit
        return True

    def _head(self) -> str | None:
        try:
            return str(self.github.get(f"{self.github.root}/git/ref/heads/{self.name}")["object"]["sha"])
        except Gone:
            return None
        except GitHubError as error:
            if error.status == 409:  # an empty repository
                return None
            raise


def lines(rows: Iterable[Mapping[str, object]]) -> str:
    """Rows as JSON lines."""
    return "".join(json.dumps(row, separators=(",", ":"), ensure_ascii=False) + "\n" for row in rows)
