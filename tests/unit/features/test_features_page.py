from __future__ import annotations

from pathlib import Path

from features.reference import features_page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "features.md"


def test_the_features_page_is_current() -> None:
    """`make reference` would change nothing."""
    assert PAGE.read_text(encoding="utf-8") == features_page()
