"""Markdown as HTML that cannot act: an allow-list of tags, no pictures, no styles, links that carry nothing along.

Two walls: markdown-it-py makes the HTML, nh3 keeps only what is listed here. The page's Content-Security-Policy is a
third. Foreign headings begin below those of the page.
"""

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from bizops.rules.visible import visible

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

__all__ = ["rendered"]

TAGS = set(
    "p br hr h4 h5 h6 blockquote ul ol li pre code table thead tbody tr th td strong em b i s del ins a sub sup kbd "
    "details summary input".split()
)
SILENT = set("script style template noscript iframe object embed svg math title textarea select xmp noembed".split())
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "details": {"open"}, "input": {"checked"}}
ALIGNED = {"align": {"left", "center", "right"}}
BOXES = {"[ ] ": "", "[x] ": " checked", "[X] ": " checked"}
LOWER = 3  # how many levels a heading of the text stands below the page's own


@lru_cache(maxsize=128)
def rendered(text: str) -> Markup:
    """The HTML of a comment's Markdown, GitHub's dialect as far as it is used here; comments of HTML are gone."""
    import nh3

    html = _parser().render(visible(text))
    return Markup(  # noqa: S704  what nh3 returns is what the allow-list lets through
        nh3.clean(
            html,
            tags=TAGS,
            clean_content_tags=SILENT,
            attributes=ATTRIBUTES,
            tag_attribute_values={"th": ALIGNED, "td": ALIGNED},
            set_tag_attribute_values={"input": {"type": "checkbox", "disabled": ""}},
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow noopener noreferrer",
        )
    )


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"breaks": True, "html": True}).enable(["table", "strikethrough"])
    parser.core.ruler.push("ours", _adapt)
    parser.add_render_rule("image", _picture)
    parser.add_render_rule("fence", _fence)
    return parser


def _adapt(state: "StateCore") -> None:
    """Lower headings, give cells their alignment without a style, and make boxes of task lists."""
    for index, token in enumerate(state.tokens):
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + LOWER)}"
        style = str(token.attrs.pop("style", "")) if token.tag in {"th", "td"} else ""
        if style:
            token.attrSet("align", style.removeprefix("text-align:"))
        if token.type == "inline" and index > 1 and state.tokens[index - 2].type == "list_item_open":
            _box(token)


def _box(token: "Token") -> None:
    children = token.children or []
    if not children or children[0].type != "text" or children[0].content[:4] not in BOXES:
        return
    from markdown_it.token import Token as New

    checked = BOXES[children[0].content[:4]]
    children[0].content = children[0].content[3:]
    children.insert(0, New("html_inline", "", 0, content=f"<input type=checkbox disabled{checked}>"))


def _picture(
    _renderer: Any, tokens: "Sequence[Token]", index: int, _options: Any, _env: "MutableMapping[str, Any]"
) -> str:
    """A picture is never fetched: its text stands in its place."""
    from markdown_it.common.utils import escapeHtml

    return f"<em>[picture: {escapeHtml(tokens[index].content) or 'no text'}]</em>"


def _fence(
    _renderer: Any, tokens: "Sequence[Token]", index: int, _options: Any, _env: "MutableMapping[str, Any]"
) -> str:
    """A block of code, below the file name that its first line gives, since the desk reads it as that file."""
    from markdown_it.common.utils import escapeHtml

    name = " ".join(tokens[index].info.split()[1:])
    title = f"<p><code>{escapeHtml(name)}</code></p>" if name else ""
    return f"{title}<pre><code>{escapeHtml(tokens[index].content)}</code></pre>\n"
