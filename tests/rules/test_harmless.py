# ruff: noqa: E501 - lists of attacks
"""Foreign text cannot act: judged by an independent renderer (markdown-it) and by what GitHub would make live."""

import re
import time
import unicodedata
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bizops.rules.harmless import brief, code, harmless, plain
from bizops.rules.visible import stop_commands, terminal, uncommented, workflow_log

HOSTS = ("github.com", "docs.github.com")
RENDERER = MarkdownIt("commonmark", {"html": True, "maxNesting": 100}).enable(["table", "strikethrough"])
TAGS = set("p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code em strong s a br hr table thead tbody tr th td".split())
EMAIL = re.compile(r"[\w.+-]@[\w-]")
LIVE_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://|(?<![A-Za-z0-9])www\.\w)\S*", re.IGNORECASE)


class Page(HTMLParser):
    """What a browser would get: the tags, the links, and each run of text outside code."""

    def __init__(self, markdown: str) -> None:
        super().__init__(convert_charrefs=True)
        self.fences = [t.info for t in walk(RENDERER.parse(markdown)) if t.type == "fence"]
        self.raw = [t.type for t in walk(RENDERER.parse(markdown)) if t.type.startswith("html")]
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.texts: list[str] = [""]
        self.code = 0
        self.feed(RENDERER.render(markdown))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.code += tag == "code"
        self.texts.append("")
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag == "code"
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        if not self.code:
            self.texts[-1] += data


def walk(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from walk(token.children or [])


def live(output: str, mentions: tuple[str, ...] = ()) -> list[str]:
    """Everything in the output that would act; empty for harmless text."""
    page = Page(output)
    wrong = [f"raw {kind}" for kind in page.raw] + [f"tag {tag}" for tag in page.tags - TAGS]
    wrong += [f"link {link}" for link in page.links if urlsplit(link).netloc.lower() not in HOSTS]
    for text in page.texts:
        wrong += [f"mention {m}" for m in re.findall(r"@([A-Za-z0-9][\w-]*)", text) if m.lower() not in mentions]
        wrong += [f"team {m}" for m in re.findall(r"@[\w-]+/\w+", text)]
        wrong += [f"mail in {text}"] if EMAIL.search(text) else []
        wrong += [f"elsewhere {m}" for m in re.findall(r"[\w.-]#\d+", LIVE_ADDRESS.sub(" ", text))]
        wrong += [f"formula {m}" for m in re.findall(r"\$[^\s\d]", text)]
        wrong += [f"alert {m}" for m in re.findall(r"(?m)^\s*\[!\w+\]$", text) if r"\[!" not in output]
        for address in LIVE_ADDRESS.findall(text):
            if not re.match(r"https?://(?:docs\.)?github\.com(?:[/?#]|[.,;:!?*_~'\")\]|]*$)", address, re.IGNORECASE):
                wrong.append(f"address {address}")
    wrong += [f"marker {m}" for m in re.findall(r"(?i)<!--\s*bizops", output)]
    wrong += [f"command {m}" for m in re.findall(r"(?m)^[\s>]*/[A-Za-z][\w-]*(?=\s|$)", output)]
    wrong += [f"hidden {ord(c):x}" for c in output if hidden(c)]
    wrong += [f"fence {i}" for i in page.fences if re.match(r"\W*(mermaid|math|geojson|stl|suggestion)", i)]
    return wrong


def hidden(character: str) -> bool:
    return character not in "\n\t" and (
        unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
        or character in "\u115f\u1160\u3164\uffa0\u2800\ufffc\u034f"
        or "\ufe00" <= character <= "\ufe0f"
    )


def clean(text: str, limit: int = 60_000, **more: object) -> str:
    return harmless(text, link_hosts=HOSTS, limit=limit, **more)  # type: ignore[arg-type]


ATTACKS = [
    "@torvalds", "hi @bob, @Alice-1!", "@org/team", "(@bob)", "**@bob**", "_@bob_", "\\@bob", "\\\\@bob", "\\\\\\@bob",
    "&#64;bob", "&#x40;bob", "&commat;bob", "@\u200bbob", "\u200b@bob", "@b\u00adob", "@bob@alice", "@bob_corp", "@ok\\-bob",
    "[@bob](https://github.com/a)", "# @bob", "| @bob |\n|---|\n| @eve |", "`a`@bob`b`", "``a``@bob", "\\`@bob`",
    "`a\n`@bob` c", "` @bob\n`<img src=x>` x", "user@example.com", "<user@example.com>", "mailto:user@example.com",
    "xmpp:user@example.com", "user\\@example.com", "jlord@a5c3785ed8d6a35868bc169f07e40e889087fd2e",
    "owner/repo#1", "owner\\/repo#1", "owner/repo\\#1", "owner/repo&#35;1", "jlord#26", "owner/re\\-po#1",
    "owner/repo@a5c3785ed8d6a358", "x" * 200 + "/y#1",
    "[x](https://evil.example)", "[x](http://evil.example 'github.com')", "[x](<https://evil.example>)",
    "[x](https://github.com@evil.example)", "[x](https://github.com.evil.example/)", "[x](//evil.example)",
    "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](data:text/html;base64,xx)", "[x](vbscript:x)",
    "[x](../../settings)", "[x](/settings)", "[x](#a)", "[x](\nhttps://evil.example\n)", "[x\ny](https://evil.example)",
    "[x](https&#58;//evil.example)", "[x](https://github.com\\@evil.example)", "[x](https://gіthub.com/)",
    "[x](https://github.com:8443/)", "[x](https://github.com%2eevil.example/)", "[x](https://ⓖithub.com)",
    "[x][1]\n\n[1]: https://evil.example", "[1]\n\n[1]: <https://evil.example>", "[x][]\n\n[x]:\nhttps://evil.example",
    "[a\\]: b]: https://evil.example\n\n[a\\]: b]", "> [x]: https://evil.example\n\n[x]", "[x]\\: https://evil.example",
    "[^1]\n\n[^1]: <img src=x>", "<https://evil.example>", "<HTTPS://EVIL.EXAMPLE>", "<ftp://evil.example>",
    "https://evil.example", "HTTPS://EVIL.example", "www.evil.example", "WWW.evil.example", "(www.evil.example)",
    "ftp://evil.example", "https:\\//evil.example", "https\\://evil.example", "**https://evil.example**",
    "https://github.com@evil.example/x", "https://github.com\\evil.example", "https://github.com`@x.evil`",
    "https://github.com.evil.example", "https://github.com,evil.example", "https://github.com[.evil.example",
    "xhttps://evil.example", "éhttps://evil.example", "_https://evil.example", "1https://evil.example",
    "https://evil.example`<img src=x>`", "http://a.b/`x <img src=x>`", "https://github.com/x`<img>`", "://evil.example",
    "![x](https://github.com/x.png)", "![x](https://evil.example/x.png)", "![x][1]\n\n[1]: https://github.com/x.png",
    "[![x](https://github.com/x.png)](https://github.com/a)", "!\\[x](https://github.com/x.png)", "!![x](https://github.com/x)",
    "<img src=https://evil.example/x.png>", "<IMG SRC=x onerror=alert(1)>", "<img\nsrc=x>", "<a href=x>y</a>", "</p>",
    "<script>alert(1)</script>", "<details><summary>x</summary>y</details>", "<!-- hidden -->", "<![CDATA[x]]>", "<?php ?>",
    "<!DOCTYPE html>", "<\\img src=x>", "<\\/a>", "\\<img src=x>", "\\\\<img src=x>", "&lt;img src=x&gt;", "<<img src=x>>",
    "<div>\n\n`x`\n\n</div>", "[x](`http://evil) <b> `y`", "[a](`x) <img src=x> `y`", "[a `](https://evil.example) `",
    "| `a | b` `<img src=x>` |\n|---|---|\n| `a | b` `<img src=x>` |", "| a |\n|---|\n| `\\\\| <img src=x>` `y` |",
    "a\n:-\n`x | <img src=x>` `y`", "- ```\n<img src=x>", "- a\n  ```\n  <b>\n<img src=x>\n  ```\n<img src=y>",
    "> ```\n> <b>\n<img src=x>", "> ```\n<img src=x>\n> ```\n> <img src=y>", "- > ```\n- <img src=x>", "1. a\n2. ~~~\n<img src=x>",
    "- a\n  > ```\n> <img src=x>", "text\n    ```\n    x ``` <img src=x>", "    ~~~\n<img src=x>\n    ~~~", "~~~ `x` ~~~\n<b>",
    "- a\n\n      ```\n      <b>\n  <img src=x>", "-\t```\n<img src=x>", ">\t```\n<img src=x>", "- a\n\t```\n  \t```\n<img src=x>",
    "- a\n  ```\n\t```\n<img src=x>", "```\n<b>\n    ```\n<img src=x>\n```\n<img src=y>", "````\n```\n<b>\n````\n<img src=x>",
    "```\n<b>\n```x\n<img src=x>", "```\n<b>\n```\u00a0\n<img src=x>", "- a\n  ```\n\u00a0\n<img src=x>", "``` a`b\n<img src=x>",
    "`" * 30 + "\n<img src=x>", "[^1]: ~~~\n<img src=x>", '```mermaid\nclick A href "https://evil.example"\n```', "~~~math\nx\n~~~",
    "```geojson\n{}\n```", "```suggestion\nx\n```", "$`x`$", "$\\phantom{x}$", "$$\nx\n$$", "\\$x\\$", "$5 and $\\text{x}$",
    "/approve 3f2a9c", "  /approve", "   /close", "> /approve", "- /approve", "1. /approve", "- [ ] /approve", "\t/approve",
    "x\r/approve", "x\u2028/approve", "x\x0b/approve", "x\x85/approve", "```\n/approve\n```", "> ```\n> /approve", "\u200b/approve",
    "<!-- bizops:answer ai-x-agent@opened -->", "<!--bizops:status {} -->", "`<!-- bizops:sla x -->`",
    "```\n<!-- bizops:answer x -->\n```", "```\n<!--\nbizops:answer x -->\n```", "<!-\u200b- bizops:answer x -->", "<!<!-- BIZOPS:x",
    "a\u202eb", "a\u2066b", "a\U000e0041b", "a" + "\ufe0f" * 500, "a" + "\u0301" * 500, "\x1b[31mred", "\x00", "\ud800",
    "\u3164" * 50, "> [!CAUTION]\n> pay now", ">" * 5000, "> " * 5000, "- " * 5000, "* * * * * * * * * * * [x](x)",
    "<1@a.b>", "<-x@a.b>", "a@_b.c", "\\https://evil.example", "\\\\`<img src=x>`", "\\```<img src=x>`", "`\\`<img src=x>`",
    "@bob\\", "&amp;#64;bob", "&#0064;bob", "&#38;#64;bob", "<a@b.c", "[x](https://github.com/a)](https://evil.example)",
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_text_does_not_act(attack: str) -> None:
    output = clean(attack, mentions=("ok",))
    assert live(output, mentions=("ok",)) == []
    assert clean(output, mentions=("ok",)) == output
    assert live(clean(f"Some text\n{attack}\nmore `code` <b>x</b>")) == []
    assert live(plain(attack)) == []


FRAGMENTS = st.sampled_from(
    ["`", "``", "```", "~~~", "\n", "\n\n", " ", "  ", "    ", "\t", "> ", ">", "- ", "1. ", "2. ", "* ", "|", "|-|\n", ":-:|-\n",
     "\\", "[", "]", "(", ")", "](", "]:", "][", "![", "<", ">", "<!--", "-->", "<b>", "<img src=x>", "</a>", "&", "&#64;",
     "&lt;", ";", "@", "@bob", "@ok", "@ok/t", "a@b.c", "#1", "a/b", "https://", "https://github.com/a", "https://evil.example",
     "://", "//", "www.x.y", "mailto:", "github.com", "[x](https://github.com/a)", "[x](https://e.x)", "$", "$5", "$$", "/approve",
     "*", "**", "_", "~~", "!", "#", "---", "===", "\u200b", "\u202e", "\ufe0f", "\u0301", "\u00a0", "\r", "bizops", "é", "x",
     "abc", "7", ".", ",", ":", "'", '"', "- [ ] ", "```mermaid\n", "\u3000"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(FRAGMENTS, max_size=25).map("".join))
@example("a\\`https://evil.example")
@example("https://github.com/a~~https://~~")
@example("https://github.com/a~~https://evil.example~~")
def test_no_mixture_of_fragments_acts(text: str) -> None:
    output = clean(text, mentions=("ok",))
    assert live(output, mentions=("ok",)) == []
    assert clean(output, mentions=("ok",)) == output


BEFORE = ("1. ", "10. ", "- ", "> ", "**Handed over** to `x`: ", "1. a\n2. ")  # what the desk writes before a text


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize(
    "attack",
    [
        "```\n@everyone\n```", "~~~\n@eve <img src=x>\n~~~", "```js\n@eve", "  ```\n  @eve\n  ```", "> ```\n> @eve\n> ```",
        "- ```\n  @eve\n  ```", "``` @eve", "```\n\n@eve", "a\n\n   ```\n@eve\n   ```", "a\n\n    ```\n@eve",
    ],
)  # fmt: skip
def test_a_text_does_not_act_behind_other_words_either(before: str, attack: str) -> None:
    assert live(f"{before}{clean(attack)}\n\nafter") == []
    assert "after" in " ".join(Page(f"{before}{clean(attack)}\n\nafter").texts)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(BEFORE), st.lists(FRAGMENTS, max_size=25).map("".join))
def test_no_mixture_of_fragments_acts_behind_other_words(before: str, text: str) -> None:
    assert [w for w in live(before + clean(text)) if not w.startswith("command")] == []


@settings(max_examples=100, deadline=None)
@given(st.lists(FRAGMENTS, max_size=40).map("".join), st.integers(0, 80))
@example("```https://github.com/a`", 27)
def test_a_cut_text_fits_does_not_act_and_stays_as_it_is(text: str, limit: int) -> None:
    output = clean(text, limit)
    assert len(output) <= limit
    assert live(output) == []
    assert clean(output, limit) == output


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_no_characters_act(text: str) -> None:
    output = clean(text)
    assert live(output) == []
    assert clean(output) == output


@settings(max_examples=100, deadline=None)
@given(st.lists(FRAGMENTS, max_size=20).map("".join))
def test_a_plain_line_is_one_line_without_markup_in_and_outside_a_table(text: str) -> None:
    line = plain(text)
    assert "\n" not in line
    assert live(line) == []
    assert clean(line) == line
    table = f"| a | b |\n|---|---|\n| {line} | end |"
    page = Page(table)
    assert page.tags <= {"table", "thead", "tbody", "tr", "th", "td", "code"}
    assert RENDERER.render(table).count("<td>") == 2
    assert "<td>end</td>" in RENDERER.render(table)


BREAK = "  "
ORDINARY = f"""# Report for October

The result is **15,337.11 EUR** (budget 15,000.00), see `pl.csv:2-11`; 3 < 4 and a & b.

## 1. Lines

| line | text | amount |
|-----:|------|-------:|
| 2 | Rent | -1,200.00 |
| 3 | `a \\| b` | $4,100.50 |

- one
  - two with *emphasis* and ~~old~~
    - three
- [ ] open
- [x] done

1. first

   ```python
   if x < 1 and user@host: print("<b>")
   ```
2. second

> A quote
> with `code <b> @x`

```csv
a,b
1,"<c>"
```

See [the docs](https://docs.github.com/en/issues), https://github.com/features and #12; ask @requester.
Use `a | b` in a shell. Line with two spaces{BREAK}
and a break.

---
The end\\*.
"""


def test_ordinary_markdown_survives_unchanged() -> None:
    assert clean(ORDINARY, mentions=("requester",)) == ORDINARY


def test_an_address_that_may_not_be_a_link_stands_as_code() -> None:
    assert clean("[our bank](https://evil.example/a)") == "[our bank\\](`https://evil.example/a`)"
    assert clean("See https://evil.example/a.") == "See `https://evil.example/a`."


def test_threads_are_linked_within_their_own_repository_alone() -> None:
    text = "[a](https://github.com/us/desk/issues/1) [b](https://github.com/them/app/issues/1)"
    assert clean(text, repository="us/desk").count("`") == 2
    assert "(https://github.com/us/desk/issues/1)" in clean(text, repository="Us/desk")
    assert "`https://github.com/them/app/issues/1`" in clean(text, repository="us/desk")


def test_a_cut_text_says_so_and_closes_its_fence() -> None:
    output = clean("before\n```python\n" + "x = 1\n" * 100, 60)
    assert output.endswith("x = 1\n```\n\n…cut")
    assert "`@bob`" in clean("@bob " * 100, 50)


def test_a_text_that_just_fits_is_not_cut() -> None:
    assert clean("abc\ndef", 7) == "abc\ndef"


@pytest.mark.parametrize(
    "piece",
    ["a", "@", "`", "[[", "](", "<", "a@", "x/", "> ", "- ", "a.b-", "http://", "$", "\\", "&#6", "```\n", "- a\n", "|-|\n",
     "\u0301", " ", "1.", "~~~\n>", ":/", "![", "``` ", "\t", "\n", "www.", "é", "\u200b", "<!--", "*_", "  > - 1. ```\n"],
)  # fmt: skip
def test_the_longest_body_does_not_hang(piece: str) -> None:
    text = (piece * 65_536)[:65_536]
    started = time.process_time()
    output = clean(text)
    assert time.process_time() - started < 5
    assert len(output) <= 60_000


def test_a_terminal_gets_no_control() -> None:
    shown = terminal("a\x1b]8;;https://evil\x07b\x1b[2J\x9b31m\u202ec\rd\n\te\x7f")
    assert shown == "a␛]8;;https://evil␇b␛[2J31mc␍d\n\te␡"
    assert terminal(shown) == shown


@pytest.mark.parametrize(
    "line",
    ["::error::x", "  ::set-output name=a::b", "x\r::error::y", "\u200b::error::x", "##[error]x", "a ##[group]b", "###[x]",
     "\u2028::error::", "\t::add-mask::x", "\u00a0::error::x", ":::error::x", "\x1b::error::x", "#\u200b#[error]"],
)  # fmt: skip
def test_a_runner_finds_no_command_in_a_log(line: str) -> None:
    shown = workflow_log(line)
    assert not [part for part in re.split("[\r\n]", shown) if part.strip().startswith("::")]
    assert "##[" not in shown
    assert workflow_log(shown) == shown


def test_commands_are_stopped_with_a_random_token_only() -> None:
    assert stop_commands("a1" * 8) == ("::stop-commands::" + "a1" * 8, "::" + "a1" * 8 + "::")
    with pytest.raises(ValueError, match="random"):
        stop_commands("x")


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_code_span_holds_anything(attack: str) -> None:
    assert live(f"x {code(attack)} y") == []
    assert live(f"| a |\n|---|\n| {code(attack, table=True)} |") == []


def test_a_title_is_one_short_line() -> None:
    assert brief("  a\n\nb\u202e\tc  ") == "a b c"
    assert brief("x" * 300, 10) == "x" * 9 + "…"


COMMENTED = {
    "a <!-- x --> b": "a  b",
    "a<!-->b": "ab",
    "a<!--->b-->": "ab-->",
    "`<!-- x -->` <!-- y -->": "`<!-- x -->` ",
    "`` ` <!-- x --> ``": "`` ` <!-- x --> ``",
    "\\`<!-- x -->`": "\\``",
    "```html\n<!-- x\n```\n<!-- y -->b": "```html\n<!-- x\n```\nb",
    "> ~~~\n> <!-- x -->\n> ~~~\n<!-- y\nz -->": "> ~~~\n> <!-- x -->\n> ~~~\n\n",
    "a\n <!-- x\nb": "a\n \n",
    "a <!-- x\nb": "a <!-- x\nb",
    "` <!-- x -->\n\n`": "` \n\n`",
    "<!-- a\n\n```\nb -->\nc": "\n\n\n\nc",
}


@pytest.mark.parametrize("text", COMMENTED)
def test_a_comment_is_taken_out_where_a_person_does_not_see_it_and_kept_in_code(text: str) -> None:
    assert uncommented(text) == COMMENTED[text]
    assert uncommented(COMMENTED[text]) == COMMENTED[text]


@given(
    st.lists(
        st.sampled_from(["<!--", "-->", "`", "``", "```", "\n", "> ", "    ", "a", "\\", "~~~", "-", ">"]), max_size=14
    )
)
def test_the_lines_of_a_text_without_comments_keep_their_numbers(parts: list[str]) -> None:
    text = "".join(parts)
    assert uncommented(text).count("\n") == text.count("\n")
    assert uncommented(text.replace("<!--", "")) == text.replace("<!--", "") or "<!--" in text.replace("<!--", "")


@pytest.mark.parametrize(
    "part", ["<!--", "a <!-- ", "` `` ", "```\n", "\\`", "> ", "<!-- -->", "``` `\n", "`a\n", " <!--x\n"]
)
def test_comments_are_looked_for_in_linear_time(part: str) -> None:
    started = time.process_time()
    uncommented(part * 100_000)
    uncommented(part * 100_000 + "-->")
    assert time.process_time() - started < 2
