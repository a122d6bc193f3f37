"""Texts to vectors of 32 numbers: what a stream is about, as far as its words tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from features.contentless import meaningful
from features.hashing import hash64_many
from features.row import CONTENT_DIM

__all__ = ["Embedder", "HashedNgramEmbedder", "Vectors", "grams", "unit_rows"]

Vectors = npt.NDArray[np.float32]

_CHINESE_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af]+")
_WORD = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]{2,}")
_BIT = np.uint64(1)


class Embedder(Protocol):
    """What turns texts into vectors; pure: the same text always gives the same vector."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32[n, 32]: rows of unit length, all zero where a text says nothing."""
        ...


def unit_rows(vectors: npt.NDArray[np.floating]) -> Vectors:
    """Return the rows scaled to unit length, all zero for rows of (nearly) no length."""
    lengths = np.sqrt((vectors.astype(np.float64) ** 2).sum(axis=1, keepdims=True))
    scaled = np.divide(vectors, lengths, out=np.zeros(vectors.shape), where=lengths > 1e-6)
    return np.asarray(scaled, np.float32)


class HashedNgramEmbedder:
    """Signed feature hashing of Chinese characters, their pairs, and words of other scripts.

    Weinberger et al., *Feature Hashing for Large Scale Multitask Learning*, ICML 2009. It finds
    shared wording, no meaning: 口红 and 唇釉 are strangers to it, and so are two languages. No
    model file, no dependency.

    >>> one, same, other = HashedNgramEmbedder().embed(["口红首发", "今晚8点口红首发！", "cooking"])
    >>> bool(np.allclose(one, same)), bool(np.allclose(one, other))
    (True, False)
    """

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32[n, 32], rows of unit length or zero."""
        vectors = np.zeros((len(texts), CONTENT_DIM))
        for vector, text in zip(vectors, texts, strict=True):
            found = grams(meaningful(text))
            if found:
                hashes = hash64_many(found)
                sign = np.where((hashes >> np.uint64(63)) & _BIT, 1.0, -1.0)
                np.add.at(vector, hashes % np.uint64(CONTENT_DIM), sign)
        return unit_rows(vectors)


def grams(text: str) -> list[str]:
    """Return the distinct grams of a text, in order: each says once what it says."""
    grams: list[str] = _WORD.findall(text)
    for run in _CHINESE_RUN.findall(text):
        grams += list(run)
        grams += [run[place : place + 2] for place in range(len(run) - 1)]
    return list(dict.fromkeys(grams))
