"""The page in headless Chromium, as a person uses it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Served

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
Visits = Callable[..., Any]
expect.set_options(timeout=60_000)


def file_issue(page: Page, title: str, question: str, *, by: str = "zoe (outsider)") -> None:
    """As a person: through the list of forms."""
    page.get_by_role("link", name="New issue").click()
    page.get_by_role("link", name="Finance analysis").click()
    page.get_by_label("Title").fill(title)
    page.get_by_label("Priority").select_option("P1")
    page.get_by_label("Kind of analysis").select_option("Statement")
    page.get_by_label("Question").fill(question)
    page.get_by_label("Data").fill("```csv ledger.csv\na,b\n1,2\n```")
    page.get_by_label("As", exact=True).select_option(by)
    page.get_by_role("button", name="File the issue").click()


def test_a_person_opens_a_thread_files_an_issue_sees_the_answer_arrive_and_goes_on(visit: Visits) -> None:
    page: Page = visit().page
    expect(page.get_by_role("heading", name="Issues", level=1)).to_be_visible()
    page.get_by_role("link", name="Budget against actual").click()
    expect(page.locator("article.answer").last).to_contain_text("ai-finance-agent")
    expect(page.get_by_text("finance/analysis").first).to_be_visible()

    file_issue(page, "Ask me about October", "How much did we spend?")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ask me about October")
    page.get_by_label("Comment", exact=True).fill("half a comm")  # what is being written survives the page's update
    expect(page.locator("article.answer")).to_contain_text("Which month?")  # no reload by hand
    expect(page.locator(".facts")).to_contain_text("needs info")
    expect(page.locator(".facts")).to_contain_text("P1")
    expect(page.get_by_role("status")).to_be_empty()
    expect(page.get_by_label("Comment", exact=True)).to_have_value("half a comm")

    page.get_by_label("Comment", exact=True).fill("October, as a **table**:\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator("article.person").last.locator("td").first).to_have_text("1")
    expect(page.locator("article.answer")).to_have_count(2)
    expect(page.locator(".state")).to_contain_text("Closed")
    expect(page.locator(".facts")).to_contain_text("done")

    page.locator("article.answer").last.get_by_role("link", name="the answer before").click()
    expect(page).to_have_url(re.compile(r"#issuecomment-\d+$"))
    page.get_by_role("link", name=re.compile(r"^issue_comment, ")).click()
    expect(page.get_by_text("Requests to GitHub")).to_be_visible()


def test_it_works_without_javascript(visit: Visits) -> None:
    page: Page = visit(java_script_enabled=False).page
    file_issue(page, "Ask without scripts", "How much?", by="mara (write)")
    expect(page.locator("article.answer")).to_contain_text("Which month?")
    page.get_by_label("Comment", exact=True).fill("October")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator("article.answer")).to_have_count(2)
    page.get_by_role("button", name="Run again").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ask without scripts")


@pytest.mark.parametrize("scripts", [True, False])
def test_hostile_text_only_stands_there(visit: Visits, *, scripts: bool) -> None:
    seen = visit(java_script_enabled=scripts)
    page: Page = seen.page
    page.get_by_role("link", name="<img src=x onerror=alert(0)>").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("{{7*7}} {% raw %}")
    first = page.locator("article").first
    expect(first).to_contain_text("The figures of October.")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(
        page.locator("main article :is(script, img, iframe, form, style, link, svg, button, base, meta)")
    ).to_have_count(0)
    for link in first.get_by_role("link").all():
        assert re.match(r"https?:", link.get_attribute("href") or "http:")
        assert link.get_attribute("rel") == "nofollow noopener noreferrer"
    for box in first.locator("input").all():
        assert (box.get_attribute("type"), box.is_disabled()) == ("checkbox", True)
    expect(page.locator("article.answer")).to_have_count(1)
    page.get_by_label("Comment", exact=True).fill("</textarea><script>alert(20)</script>")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator("article.person").last).to_be_visible()
    assert seen.unasked == []


PAGES = ("", "/1", "/2", "/new", "/new/security-incident", "/new/blank", "?state=closed")
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
UNLABELLED = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
  .filter(field => !field.labels.length && !field.closest('article')).map(field => field.outerHTML)"""
FAINT = """() => {
  const parts = color => (color.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = node => {
    for (; node; node = node.parentElement) {
      const color = parts(getComputedStyle(node).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility() || node.closest('noscript')) continue;
    const [low, high] = [light(parts(getComputedStyle(node).color)), light(behind(node))].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${node.className} ${walker.currentNode.data.trim().slice(0, 40)}`);
  }
  return faint;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_phone_has_labels_landmarks_and_contrast(visit: Visits, scheme: str) -> None:
    for path in PAGES:
        page: Page = visit(path, viewport={"width": 360, "height": 740}, color_scheme=scheme).page
        assert page.evaluate(WIDER) <= 0, path
        assert page.evaluate(UNLABELLED) == [], path
        assert page.evaluate(FAINT) == [], path
        for landmark in ("banner", "main", "contentinfo"):
            expect(page.get_by_role(landmark)).to_have_count(1)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()


def test_a_page_of_another_site_can_neither_write_nor_read_nor_frame(
    visit: Visits, browser: Browser, served: Served
) -> None:
    count = visit().page.locator(".row").count()
    page = browser.new_page()
    page.set_content(
        f'<form method=post action="{served.url}"><input name=form value=blank><input name=title value=forged>'
        f'<input name=as value=ada><button>press</button></form><iframe src="{served.url}"></iframe>'
    )
    assert page.evaluate(f"fetch('{served.url}').then(() => 'read', () => 'refused')") == "refused"
    assert page.frames[-1].url.startswith("chrome-error:")
    page.get_by_role("button", name="press").click()
    expect(page.get_by_text("This form was sent by another site.")).to_be_visible()
    page.close()
    expect(visit().page.locator(".row")).to_have_count(count)


def test_what_was_written_is_there_after_a_restart_and_the_desk_goes_on(visit: Visits, served: Served) -> None:
    page: Page = visit().page
    file_issue(page, "Ask again later", "How much?")
    expect(page.locator("article.answer")).to_contain_text("Which month?")
    place = page.url.partition("/issues")[2]
    assert served.end() == 0
    served.start("The page: ")
    page = visit(place).page
    expect(page.locator("article.answer")).to_contain_text("Which month?")
    page.get_by_label("Comment", exact=True).fill("October")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator("article.answer")).to_have_count(2)
