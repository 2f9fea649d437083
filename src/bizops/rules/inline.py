"""One line of foreign Markdown made harmless: what would be live stands as code or is escaped.

Every construct is broken at the character that starts it, so that no parser of Markdown can read it otherwise: code is
believed only within one line, between backtick runs of equal length (CommonMark 0.31, 6.1), every other backtick is
escaped; and nothing is left outside code that could skip over a backtick (no link but a checked one, no HTML).
"""

import re
from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass

ENTITIES = frozenset({"amp", "lt", "gt", "quot", "nbsp"})  # the rest stays as it was written
PUNCTUATION = r"!-/:-@\[-`{-~"
TOKEN = re.compile(
    rf"""
      (?P<ticks>`+)
    | (?P<mail>(?:\\?\$)?(?<![\w.+-])[\w.+-]++\\?@\\?[\w-](?:[\w.-]*[\w-])?)
    | (?P<mention>\\?@\\?[\w-]+(?:/[\w.-]+)?)
    | (?P<reference>(?:(?:\\?\$)?(?<![\w.-])[\w.-]++(?:\\?/[\w.-]++)?|(?<=[\w.-]))\\?\#[0-9]+)
    | (?P<math>\\?\$(?![0-9])[^\s`|]*)
    | (?P<address>(?:(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]*+)?\\?:\\?/\\?/[^\s`|<>\[\]]*
                 |[Ww]{{3}}\.[^\s`|<>\[\]]*)
    | (?P<escape>\\[{PUNCTUATION}])
    | (?P<tag><(?=[^\s\d<=`&\\-]))
    | (?P<entity>&(?=(?P<name>\#[0-9]{{1,8}}|\#[xX][0-9A-Fa-f]{{1,8}}|[A-Za-z][A-Za-z0-9]{{0,40}});))
    | (?P<bracket>\[(?=!)|!(?=\[))
    | (?P<link>\](?=[(:\[]))
    """,
    re.VERBOSE,
)
MARKUP = re.compile(r"[*\[\]|~!`]|(?<![^\W_])_|_(?![^\W_])|\\(?=$)")
TRAIL = ".,;:!?*_~'\")"
CHECKED = re.compile(r"https?://([A-Za-z0-9.-]+(?::[0-9]{1,5})?)((?:[/?#][A-Za-z0-9._~/?#=&%+,:-]*)?)", re.ASCII)
TARGET = re.compile(r"\]\((https?://[A-Za-z0-9._~/?#=&%+,:-]+)\)", re.IGNORECASE | re.ASCII)
CLOSES = re.compile(r"\][.,;!?)]{0,9}(?:\s|\Z)")
BEHIND = re.compile(r"\(([^\s()<>`|\[\]]+)")
BACKLINK = re.compile(r"/+([^/?#]+)/+([^/?#]+)/+(?:issues|pulls?|discussions|commits?|compare)(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True)
class Allowed:
    """What may stay live: hosts of links, logins without `@`, and the repository (`owner/name`) of the thread."""

    hosts: frozenset[str]
    mentions: frozenset[str] = frozenset()
    repository: str = ""

    @classmethod
    def of(cls, hosts: Collection[str], mentions: Collection[str] = (), repository: str = "") -> "Allowed":
        names = frozenset(login.removeprefix("@").casefold() for login in mentions)
        return cls(frozenset(host.casefold() for host in hosts), names, repository.casefold())

    def link(self, address: str) -> bool:
        """Whether an address may be a link: http(s), a named host, and no thread of another repository.

        GitHub tells the other thread of such a link ("mentioned this issue"), which a stranger could use to disturb it.
        """
        match = CHECKED.fullmatch(address)
        if not match or match[1].casefold() not in self.hosts or "~~" in match[2] or "://" in match[2]:
            return False  # an address within the address: where ~~ strikes through, it would be a link of its own
        thread = BACKLINK.match(match[2])
        return thread is None or f"{thread[1]}/{thread[2]}".casefold() == self.repository


NOTHING = Allowed(frozenset())


class _Pieces:
    """Output that keeps backtick runs apart: a run that grew would mean something else."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.last = ""

    def add(self, text: str) -> None:
        if text:
            if text[0] == "`" and self.last in {"`", "\\"}:
                self.parts.append(" ")
            self.parts.append(text)
            self.last = text[-1]

    def code(self, text: str) -> None:
        self.add(f"`{text}`" if text else "")


def inline(text: str, allowed: Allowed, *, table: bool = False) -> str:
    """One line without its block prefix. `table`: pipes within code are escaped, since a table would cut there."""
    runs = _Runs(text)
    out = _Pieces()
    at = 0
    while match := TOKEN.search(text, at):
        out.add(text[at : match.start()])
        at = match.end()
        at = _ticks(text, match, runs, out, table=table) if match["ticks"] else _token(text, match, out, allowed)
    out.add(text[at:])
    return "".join(out.parts)


def _ticks(text: str, match: re.Match[str], runs: "_Runs", out: _Pieces, *, table: bool) -> int:
    """A code span as it is, or the backticks of none, each escaped. Gives where to go on."""
    width = len(match[0])
    closer = runs.after(width, match.end())
    if closer is None:
        out.add("\\`" * width)
        return match.end()
    content = text[match.end() : closer]
    if table:
        content = re.sub(r"(\\*)\|", lambda m: m[0] if len(m[1]) % 2 else f"{m[1]}\\|", content)
    out.add(match[0] + content + match[0])
    return closer + width


def _token(text: str, match: re.Match[str], out: _Pieces, allowed: Allowed) -> int:
    """Any other token, kept or broken. Gives where to go on."""
    kind, found = match.lastgroup, match[0]
    end = match.end()
    if kind == "address":
        return _address(text, match, out, allowed)
    if kind == "link":
        return _link(text, match, out, allowed)
    if kind in {"mail", "reference"}:
        out.code(found)
    elif kind == "mention":
        after_word = match.start() > 0 and re.match(r"[\w`.+-]", text[match.start() - 1])
        goes_on = text[end : end + 2] in {"\\-", "\\_"}  # `@ok\-other` is read as one login
        live = found[1:].casefold() in allowed.mentions and not after_word and not goes_on
        out.add(found) if live else out.code(found)
    elif kind == "escape":
        out.add(found)
    elif kind == "tag":
        out.add("&lt;")
    elif kind == "entity":
        out.add("&" if match["name"] in ENTITIES else "&amp;")
    elif kind == "bracket":
        out.add("\\" + found)
    elif found == "$" and not text[match.start() - 1 : match.start()].strip() and not text[end : end + 1].strip():
        out.add(found)  # alone between spaces it neither opens nor closes a formula
    else:
        out.code(found)
    return end


def _address(text: str, match: re.Match[str], out: _Pieces, allowed: Allowed) -> int:
    """A bare address: live if it may be a link and ends where every parser ends it, else code."""
    shown = match[0].rstrip(TRAIL) or match[0]
    end = match.start() + len(shown)
    alone = match.start() == 0 or not re.match(r"[\w+.-]", text[match.start() - 1])
    if alone and allowed.link(shown) and _ends(text, match.end(), allowed):
        out.add(shown)
    else:
        out.code(shown)
    return end


def _ends(text: str, at: int, allowed: Allowed) -> bool:
    """Whether a bare address that ends here ends here for every parser."""
    follows = text[at : at + 1]
    if follows == "]":
        return bool(CLOSES.match(text, at) or _target(text, at, allowed))
    return not follows or follows.isspace() or follows == "|"


def _target(text: str, at: int, allowed: Allowed) -> re.Match[str] | None:
    """The end of a link that may be live: `](https://host/path)`."""
    target = TARGET.match(text, at)
    return target if target and allowed.link(target[1]) else None


def _link(text: str, match: re.Match[str], out: _Pieces, allowed: Allowed) -> int:
    """The end of a link's text: live with a checked target alone; no reference, no definition."""
    if target := _target(text, match.start(), allowed):
        out.add(target[0])
        return target.end()
    out.add("\\]")
    address = BEHIND.match(text, match.end())
    if not address:
        return match.end()
    out.add("(")
    out.code(address[1])
    return address.end()


def escaped(text: str) -> str:
    """One line in which nothing is markup: addresses and mentions stand as code, the rest is escaped."""
    out = _Pieces()
    at = 0
    for match in TOKEN.finditer(text):
        out.add(MARKUP.sub(r"\\\g<0>", text[at : match.start()]))
        at = match.end()
        if match["mail"] or match["mention"] or match["reference"] or match["address"]:
            out.code(match[0])
        elif match["escape"] or match["tag"] or match["entity"] or match["math"]:
            _token(text, match, out, NOTHING)
        else:
            out.add(re.sub(rf"[{PUNCTUATION}]", r"\\\g<0>", match[0]))
    out.add(MARKUP.sub(r"\\\g<0>", text[at:]))
    return "".join(out.parts)


class _Runs:
    """Where the backtick runs of each length stand, for a search of closers that is linear in all."""

    def __init__(self, text: str) -> None:
        self.starts: dict[int, list[int]] = {}
        for run in re.finditer("`+", text):
            self.starts.setdefault(len(run[0]), []).append(run.start())

    def after(self, width: int, position: int) -> int | None:
        """The first run of that very length at or after a position."""
        starts = self.starts.get(width, [])
        index = bisect_right(starts, position - 1)
        return starts[index] if index < len(starts) else None
