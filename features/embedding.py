"""Texts to vectors of 32 numbers: what a stream is about, as far as its words tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from features.contentless import letters, meaningful
from features.hashing import FloatArray, hash64, hash64_many, uniform
from features.row import CONTENT_DIM
from features.topics import topics_in

__all__ = ["Embedder", "HashedNgramEmbedder", "Vectors", "grams", "unit_rows"]

Vectors = npt.NDArray[np.float32]

_CHINESE_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af]+")
_WORD = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]{2,}")
_BIT = np.uint64(1)
_SEED = hash64("embedding/topic")
_WORDING_SHARE = 0.5
_LEAST_LETTERS = 16


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
    """What topics a text names, and signed hashes of its characters, their pairs, and its words.

    Topics are those of `features.topics`, in Chinese and English, each a fixed direction; what a
    text says beside them counts half. A text of no topic says nothing when it is short, and is near
    to others by shared wording alone when it is not (Weinberger et al., *Feature Hashing for Large
    Scale Multitask Learning*, ICML 2009). No model file, no dependency.

    >>> one, same, other = HashedNgramEmbedder().embed(["口红首发", "lipstick", "steamed crab"])
    >>> bool(one @ same > 0.7), bool(one @ other < 0.4)
    (True, True)
    """

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32[n, 32], rows of unit length or zero."""
        vectors = np.zeros((len(texts), CONTENT_DIM))
        for vector, text in zip(vectors, texts, strict=True):
            words = meaningful(text)
            topics = topics_in(words)
            if topics:
                named = unit_rows(_directions(topics).sum(axis=0)[None])[0]
                vector[:] = named + _WORDING_SHARE * unit_rows(_wording(words)[None])[0]
            elif letters(words) >= _LEAST_LETTERS:
                vector[:] = _wording(words)
        return unit_rows(vectors)


def _wording(words: str) -> FloatArray:
    vector = np.zeros(CONTENT_DIM)
    found = grams(words)
    if found:
        hashes = hash64_many(found)
        sign = np.where((hashes >> np.uint64(63)) & _BIT, 1.0, -1.0)
        np.add.at(vector, hashes % np.uint64(CONTENT_DIM), sign)
    return vector


def _directions(topics: Sequence[int]) -> FloatArray:
    """A direction for each topic, float64[n, 32], nearly at right angles to each other."""
    drawn = uniform(_SEED, np.array(topics)[:, None], np.arange(CONTENT_DIM))
    return np.where(drawn < 0.5, 1.0, -1.0)


def grams(text: str) -> list[str]:
    """Return the distinct grams of a text, in order: each says once what it says."""
    grams: list[str] = _WORD.findall(text)
    for run in _CHINESE_RUN.findall(text):
        grams += list(run)
        grams += [run[place : place + 2] for place in range(len(run) - 1)]
    return list(dict.fromkeys(grams))
