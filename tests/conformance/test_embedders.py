"""What every embedder must do."""

from __future__ import annotations

import numpy as np
import pytest

from features.embedding import Embedder
from features.row import CONTENT_DIM

TEXTS = [
    "新款口红首发",
    "lipstick launch",
    "今晚8点不见不散",
    "",
    "🔥🔥",
    "a" * 5_000,
    "Ünïcödé Straße",
]
WORDLESS = [2, 3, 4]
NO_LANGUAGE = [5, 6]


def test_rows_have_unit_length_or_none(embedder: Embedder) -> None:
    """float32[n, 32]; texts that say nothing of the content have no direction.

    What is no language may have one or none: to a model of sentences it says nothing.
    """
    vectors = embedder.embed(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), CONTENT_DIM)
    lengths = np.linalg.norm(vectors, axis=1)
    assert lengths[WORDLESS].tolist() == [0.0] * len(WORDLESS)
    assert np.delete(lengths, WORDLESS + NO_LANGUAGE) == pytest.approx(1.0, abs=1e-5)
    assert all(one == pytest.approx(round(one), abs=1e-5) for one in lengths[NO_LANGUAGE].tolist())


def test_a_text_has_one_vector(embedder: Embedder) -> None:
    """In any company and order."""
    vectors = embedder.embed(TEXTS)
    assert np.array_equal(embedder.embed(TEXTS[::-1]), vectors[::-1])
    assert np.array_equal(embedder.embed(TEXTS[:1])[0], vectors[0])


def test_no_text_is_no_vector(embedder: Embedder) -> None:
    """An empty list is fine."""
    assert embedder.embed([]).shape == (0, CONTENT_DIM)


def test_noise_around_a_title_changes_little(embedder: Embedder) -> None:
    """Times and calls to come are not content."""
    plain, noisy, other = embedder.embed(
        ["新款口红", "今晚8点直播间 新款口红 不见不散！", "足球比赛"]
    )
    assert plain @ noisy > 0.9
    assert plain @ noisy > plain @ other + 0.3
