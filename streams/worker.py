"""`faust -A streams.worker worker --without-web`: importing this makes the app."""

from __future__ import annotations

from config import load_settings
from streams.app import create_app

__all__ = ["app"]

app = create_app(load_settings())
