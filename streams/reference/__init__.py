"""The reference pages of the wire, made from the code: `python -m streams.reference`."""

from __future__ import annotations

from streams.reference.pages import pages

__all__ = ["pages"]
