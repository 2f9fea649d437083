"""Data in an issue: the blocks with their names, the files that are named, and the words around."""

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bizops.case import NAME
from bizops.rules.data import blocks, fenced_lines, named_files, prose, text_lines


def names(text: str) -> list[str]:
    return [block.name for block in blocks(text)]


@pytest.mark.parametrize(
    ("info", "name", "language"),
    [
        ("csv pl.csv", "pl.csv", "csv"),
        ('csv title="pl.csv"', "pl.csv", "csv"),
        ("csv title='ledger October.csv'", "ledger October.csv", "csv"),
        ("csv filename=pl.csv", "pl.csv", "csv"),
        ("pl.csv", "pl.csv", "csv"),
        ("csv:pl.csv", "pl.csv", "csv"),
        ("csv:data/2026/pl.csv", "pl.csv", "csv"),
        ("{.csv file=pl.csv}", "pl.csv", "csv"),
        ('{.csv #x file="p l.csv" .numberLines}', "p l.csv", "csv"),
        ("csv ledger October.csv", "ledger October.csv", "csv"),
        ("CSV pl.csv linenos", "pl.csv", "csv"),
        ("json open_issues.json", "open_issues.json", "json"),
        ("Dockerfile", "Dockerfile", "dockerfile"),
        ("csv", "block-1.csv", "csv"),
        ("python", "block-1.py", "python"),
        ('csv title="Ledger"', "Ledger.csv", "csv"),
        ("csv Umsätze.csv", "Umsätze.csv", "csv"),
        ("csv C:\\Users\\kim\\pl.csv", "pl.csv", "csv"),
    ],
)
def test_the_info_string_gives_name_and_language(info: str, name: str, language: str) -> None:
    (block,) = blocks(f"Look:\n\n```{info}\na,b\n1,2\n```")
    assert (block.name, block.language, block.text, block.line) == (name, language, "a,b\n1,2\n", 4)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("pl.csv", "pl.csv"),
        ("**pl.csv**", "pl.csv"),
        ("*pl.csv*:", "pl.csv"),
        ("`pl.csv`:", "pl.csv"),
        ("`data/pl.csv`", "pl.csv"),
        ("File: pl.csv", "pl.csv"),
        ("**File:** pl.csv", "pl.csv"),
        ("Filename: `pl.csv`", "pl.csv"),
        ("Datei: Umsätze.csv", "Umsätze.csv"),
        ("Here is ledger October.csv:", "ledger October.csv"),
        ("ledger October.csv", "ledger October.csv"),
        ("### pl.csv", "pl.csv"),
        ("### `pl.csv` ###", "pl.csv"),
        ("- pl.csv", "pl.csv"),
        ("1. pl.csv:", "pl.csv"),
        ("> pl.csv", "pl.csv"),
        ("Our bank's export, bank.csv:", "bank.csv"),
        ("Contents of pl.csv as exported on Friday:", "pl.csv"),
        ('The file "ledger October.csv" from the bank', "ledger October.csv"),
        ("„Kasse 10.csv“", "Kasse 10.csv"),
        ("[pl.csv](https://example.com/x.html)", "pl.csv"),
        ("(pl.csv)", "pl.csv"),
        ("Dockerfile", "Dockerfile"),
        ("`.env`:", "env"),
        ("File: .gitignore", "gitignore"),
        ("The .csv export:", "block-1.csv"),
        ("pl.csv, as of 03/04/2026:", "pl.csv"),
        # No name: none is there, or there is more than one, or it is a file of another kind.
        ("Here is the ledger:", "block-1.csv"),
        ("Compare a.csv with b.csv:", "block-1.csv"),
        ("Exported from pl.xlsx:", "block-1.csv"),
        ("See https://example.com/pl.csv", "block-1.csv"),
        ("Ask kim@example.csv", "block-1.csv"),
        ("As of v3.2, e.g. Friday.", "block-1.csv"),
        ("<!-- pl.csv -->", "block-1.csv"),
    ],
)
@pytest.mark.parametrize("between", ["\n", "\n\n", "\r\n\r\n\r\n"])
def test_the_line_before_gives_the_name(line: str, name: str, between: str) -> None:
    assert names(f"Hello\n\n{line}{between}```csv\na,b\n```") == [name]


def test_the_summary_of_details_gives_the_name() -> None:
    assert names("<details><summary>pl.csv</summary>\n\n```csv\na,b\n```\n</details>") == ["pl.csv"]
    assert names("<details>\n<summary>pl.csv</summary>\n<p>\n\n```csv\na,b\n```\n") == ["pl.csv"]


def test_a_comment_that_nobody_sees_gives_no_name() -> None:
    assert names("pl.csv\n\n<!-- was\nold.csv -->\n```csv\na,b\n```") == ["pl.csv"]


def test_the_info_string_counts_before_the_line_before() -> None:
    assert names("old.csv\n```csv new.csv\na\n```") == ["new.csv"]


def test_a_block_does_not_take_the_name_of_the_block_before() -> None:
    text = "pl.csv\n```csv\na,b\n```\n\n```json\n{}\n```"
    assert names(text) == ["pl.csv", "block-2.json"]
    assert names("```\npl.csv\n```\n```csv\na,b\n```") == ["block-1.txt", "block-2.csv"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("a,b\n1,2\n", "block-1.csv"),
        ('a;b\n"x;y";2\n', "block-1.csv"),
        ("a\tb\n1\t2\n", "block-1.tsv"),
        ('[{"number": 1}]\n', "block-1.json"),
        ("{broken\n", "block-1.txt"),
        ("Hello, you\nall there\n", "block-1.txt"),
        ("[" * 60_000, "block-1.txt"),
        ("", "block-1.txt"),
    ],
)
@pytest.mark.parametrize("info", ["", "text"])
def test_a_block_without_a_language_is_named_by_what_it_looks_like(content: str, name: str, info: str) -> None:
    assert names(f"```{info}\n{content}\n```") == [name]


def test_two_blocks_of_one_name_get_different_names() -> None:
    first, second, third, fourth = blocks(
        "```csv pl.csv\na\n```\n```csv x/PL.csv\nb\n```\n```csv pl-2.csv\nc\n```\n```csv pl.csv\nd\n```"
    )
    assert [first.name, third.name] == ["pl.csv", "pl-2.csv"]
    assert len({block.name.casefold() for block in (first, second, third, fourth)}) == 4
    assert [block.text for block in (first, second, third, fourth)] == ["a\n", "b\n", "c\n", "d\n"]


def test_a_block_without_a_name_does_not_take_one_that_another_block_has() -> None:
    found = blocks("```csv\na\n```\n```csv block-1.csv\nb\n```")
    assert found[1].name == "block-1.csv"
    assert found[0].name not in {"block-1.csv", ""}


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("..\\..\\pl.csv", "pl.csv"),
        (".hidden.csv", "hidden.csv"),
        ("a\u202egnp.csv", "agnp.csv"),
        ("a\u200bb.csv", "ab.csv"),
        ("-rf.csv", "rf.csv"),
        ("p$(id)l.csv", "p--id-l.csv"),
        ("a..b.csv", "a.b.csv"),
    ],
)
def test_a_name_cannot_leave_the_folder_or_hide_anything(given_name: str, name: str) -> None:
    assert names(f'```csv title="{given_name}"\na\n```') == [name]


STYLES = {
    "plain": "```csv pl.csv\n{}```",
    "long": "`````csv pl.csv\n{}`````",
    "tilde": "~~~ csv pl.csv\n{}~~~~",
    "unclosed": "Text\n\n```csv pl.csv\n{}",
    "quoted": "> ```csv pl.csv\n{>}> ```",
    "item": "- See:\n\n  ```csv pl.csv\n{  }  ```",
    "numbered": "1. ```csv pl.csv\n{   }   ```",
    "item in quote": "> - ```csv pl.csv\n{>  }>   ```",
    "indented": "  ```csv pl.csv\n{  }  ```",
    "details": "<details><summary>Data</summary>\n\n```csv pl.csv\n{}```\n\n</details>",
    "after text": "Some text\n```csv pl.csv\n{}```\nmore",
    "form": "### Priority\n\nP2\n\n### Data\n\n```csv pl.csv\n{}```",
}
rows = st.lists(st.text("ab,;1.2 \"'#-ä", min_size=1, max_size=12).map(lambda row: f"x{row}"), min_size=1, max_size=5)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(STYLES)), rows, st.sampled_from(["\n", "\r\n"]))
def test_a_block_comes_back_as_written_wherever_it_stands(style: str, content: list[str], newline: str) -> None:
    prefix = re.search(r"\{([> ]*)\}", STYLES[style])
    assert prefix
    margin = prefix[1].replace(">", "> ")
    text = STYLES[style].replace(prefix[0], "".join(f"{margin}{row}\n" for row in content)).replace("\n", newline)
    (block,) = blocks(text)
    assert block.name == "pl.csv"
    assert block.text.rstrip("\n").split("\n") == content
    assert text.split("\n")[block.line - 1].strip().endswith(content[0].rstrip())


@pytest.mark.parametrize(
    "text",
    [
        "<!--\n```csv hidden.csv\na\n```\n-->",
        "<!-- a template says:\n\n```csv hidden.csv\na\n```\n\n-->\n",
        "    ```csv code.csv\n    a\n    ```",
        "Write `` ```csv pl.csv `` before it",
        "``csv\na\n``",
        "```csv pl.csv ` x\na",
        "\\```csv\na\n",
    ],
)
def test_what_github_does_not_show_as_a_fenced_block_is_none(text: str) -> None:
    assert blocks(text) == ()


def test_a_fence_typed_into_a_rendered_text_area_is_the_block() -> None:
    for end in ("```\n```", "```"):
        text = f"### Data\n\n```csv\n```csv pl.csv\na,b\n{end}\n\n### More\n\n```csv b.csv\nc\n```"
        first, second = blocks(text)
        assert (first.name, first.text, first.line) == ("pl.csv", "a,b\n", 5)
        assert (second.name, second.text, second.line) == ("b.csv", "c\n", text.count("\n"))
    (example_of_markdown,) = blocks("````md\n```csv pl.csv\na,b\n```\n````")
    assert example_of_markdown.text == "```csv pl.csv\na,b\n```\n"


def test_a_fence_ends_only_at_one_of_its_own_kind_and_length() -> None:
    (block,) = blocks("````csv\n```\n~~~~\na\n```` b\n`````\nafter")
    assert block.text == "```\n~~~~\na\n```` b\n"
    assert prose("````csv\n```\n~~~~\na\n```` b\n`````\nafter") == "after"


ANY = st.text(st.characters(codec="utf-8"), max_size=40)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(ANY, ANY, st.sampled_from(["```", "~~~", "> ```", "- ~~~"])), max_size=5))
@example([("pl.csv", "csv", "```"), ("pl.csv", "csv", "```")])
@example([("", "\u0301.csv", "```"), ("", "..", "~~~"), ("", "/.csv", "~~~")])
def test_every_name_is_safe_and_no_two_are_equal(parts: list[tuple[str, str, str]]) -> None:
    text = "".join(f"{before}\n{fence}{info}\na\n{fence[-3:]}\n" for before, info, fence in parts)
    found = names(text)
    assert all(NAME.match(name) and ".." not in name for name in found)
    assert len({name.casefold() for name in found}) == len(found)


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("```csv\na\n```", True),
        ("~~~\na\n~~~~  \n\nafter", True),
        ("> ```csv\n> a\n> ```\nafter", True),
        ("```\n```", True),
        ("```csv\na", False),
        ("```csv\na\n", False),
        ("````csv\na\n```\n", False),
        ("```csv\na\n```b", False),
        ("> ```csv\n> a\n\nafter", False),
        ("- x\n\n  ```csv\n  a\n\nafter", False),
    ],
)
def test_a_block_says_whether_its_fence_is_closed(text: str, closed: bool) -> None:  # noqa: FBT001
    (block,) = blocks(text)
    assert block.closed is closed


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "```", "~~~", "> b", "- c", "", "\r", "pl.csv"]), max_size=12),
    st.sampled_from(["\n", "\r\n"]),
)
def test_prose_and_blocks_together_are_the_text(lines: list[str], newline: str) -> None:
    text = newline.join(lines)
    inside = fenced_lines(text)
    outside = [line for number, (_, line) in enumerate(text_lines(text)) if number not in inside]
    assert prose(text) == ("\n".join(outside) if inside else text)
    assert "".join(text[start : start + len(line)] for start, line in text_lines(text)) == re.sub(r"[\r\n]", "", text)


def test_text_without_blocks_stays_as_it_is() -> None:
    assert prose("a\r\nb\n") == "a\r\nb\n"
    assert blocks("a\r\nb\n") == ()


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("See `docs/kb` please", ["docs/kb"]),
        ("The reports/ folder, and README.md.", ["reports", "README.md"]),
        (
            "Fix src/invoices/total.py:12-15 and ./tests/test_total.py!",
            ["src/invoices/total.py", "tests/test_total.py"],
        ),
        ('Use "data/ledger October.csv" now', ["data/ledger October.csv"]),
        ("**docs/kb** (docs/faq.md), [the list](docs/list.md#top)", ["docs/kb", "docs/faq.md", "docs/list.md"]),
        ("See /docs/kb and docs\\faq\\a.md", ["docs/kb", "docs/faq/a.md"]),
        ("`python agents/x.py`", ["agents/x.py"]),
        ("All of tests/**/*.py", ["tests"]),
        ("In .github/workflows/ci.yml and __init__.py", [".github/workflows/ci.yml", "__init__.py"]),
        ("The Dockerfile and the Makefile", ["Dockerfile", "Makefile"]),
        ("a.csv,b.csv;c.csv | d.csv", ["a.csv", "b.csv", "c.csv", "d.csv"]),
        ("https://github.com/acme/shop/blob/main/docs/my%20file.md?plain=1#L3", ["docs/my file.md"]),
        ("[x](https://github.com/acme/shop/tree/main/docs/kb)", ["docs/kb"]),
        ("Umsätze/März.csv", ["Umsätze/März.csv"]),
        ("a.csv and a.csv", ["a.csv"]),
        ("Keys are in .env and `config/.env`, not in .csv", [".env", "config/.env"]),
        ("The parser stops at `<!--` in a.html", ["a.html"]),
        # Words that are no path.
        ("On 03/04/2026 or 3/4, 24/7", []),
        ("and/or, he/she, yes/no, n/a, CI/CD, TCP/IP, read/write", []),
        ("kim@example.com, git@github.com:acme/shop.git, @acme/team", []),
        ("https://example.com/data/pl.csv and www.example.com/pl.csv, example.com/a/b.html", []),
        ("https://github.com/acme/shop/issues/12 and acme/shop#12", []),
        ("../../etc/passwd, a/../b.csv, ..\\x.csv, [x](../secret.md)", []),
        ("/etc/passwd, /proc/self/environ, ~/x.csv, C:\\x\\pl.csv", []),
        ("Version 3.2, e.g. 12.50 EUR, i.e. v1.2.3.", []),
        ("```csv\ndata/a.csv\n```", []),
        ("<!-- data/a.csv -->", []),
        ("https://github.com/acme/shop/blob/main/../../etc/x.md", []),
        ("https://github.com/acme/shop/blob/main/%2e%2e/x.md", []),
    ],
)
def test_the_files_and_folders_that_a_text_names(text: str, paths: list[str]) -> None:
    found = list(named_files(text))
    assert [path for path in found if path in paths] == paths
    if not paths:
        assert found == []


def test_a_link_counts_only_where_it_leads_to_the_own_repository() -> None:
    text = "https://github.com/acme/shop/blob/main/a.md and https://github.com/evil/shop/blob/main/b.md"
    assert named_files(text, "Acme/shop") == ("a.md",)
    assert named_files(text) == ("a.md", "b.md")


def test_no_more_than_fifty_files_are_looked_for() -> None:
    found = named_files(" ".join(f"data/{n}.csv" for n in range(200)))
    assert found == tuple(f"data/{n}.csv" for n in range(50))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["..", "/", "\\", "a", ".csv", "`", '"', "%2e", "](", ")", " ", "~", "C:", "\x00"]), max_size=14
    )
)
def test_a_path_never_leaves_the_repository(parts: list[str]) -> None:
    for path in named_files("".join(parts)):
        assert not path.startswith(("/", "~", "\\"))
        assert ".." not in path.split("/")
        assert not re.search(r"[\x00-\x1f\\]", path)


@pytest.mark.parametrize(
    "text",
    [
        "`" * 65_000,
        " ".join("`" * n for n in range(1, 360)),
        '"' * 65_000,
        "](a" * 21_000,
        "<!--" * 16_000 + "\n```\n",
        "pl.csv\n```csv\n```\n" * 3_400,
        "```csv a.csv\n```\n" * 3_600,
        "> " * 32_000 + "```",
        "- " * 32_000 + "```",
        "a/" * 32_000,
        "<a " * 21_000 + "\n```",
        "```file=" + "x=" * 32_000,
        "https://a.b/c/d/blob/" * 3_000,
        "a\n" * 32_000 + "```",
        "```csv\n" + "a,b,c\n" * 300_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_no_text_makes_it_slow(text: str) -> None:
    start = time.process_time()
    blocks(text), prose(text), named_files(text)
    assert time.process_time() - start < 5
