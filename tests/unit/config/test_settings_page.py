"""The reference page of the settings."""

from __future__ import annotations

from pathlib import Path

from config.catalogue import catalogue
from config.reference import settings_page

_ROOT = Path(__file__).parents[3]


def test_the_page_is_current() -> None:
    """The page in docs/ is what `make reference` writes."""
    page = (_ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    assert page == settings_page()


def test_every_setting_is_explained() -> None:
    """No setting goes without a sentence; groups are explained by what is in them."""
    silent = [s.name for s in catalogue().values() if not s.group and not s.description]
    assert silent == []
