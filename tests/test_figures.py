"""The README shows the figures that were measured."""

import json

from benchmarks.figures import FILE, ROOT, table


def test_the_table_of_the_readme_is_made_of_what_was_measured() -> None:
    assert f"\n{table()}\n\n" in (ROOT / "README.md").read_text("utf-8"), "run python -m benchmarks.figures"


def test_the_figures_in_the_text_are_those_of_the_table() -> None:
    counted = json.loads(FILE.read_text("utf-8"))["api_calls"]["values"]["answered"]
    assert f"\nThe {counted} requests: " in (ROOT / "README.md").read_text("utf-8")
