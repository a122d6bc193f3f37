"""The reference pages of wire and features, made from the code: `python -m streams.reference`."""

from __future__ import annotations

from streams.reference.pages import pages

__all__ = ["pages"]
