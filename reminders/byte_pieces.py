"""Records put together from pieces of bytes, many at once: constant ones and each one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.texts import Texts
from features.words import copy_bytes
from online_models.arrays import Bools, Ints

__all__ = ["Pieces", "Pool", "Template", "Templates", "lay_out"]

Bytes = npt.NDArray[np.uint8]
Template = Sequence[bytes | int]
"""What a record is made of, in order: bytes that all share, and numbers of own pieces."""

_CONSTANT = -1
_QUOTE, _BACKSLASH, _SPACE = 0x22, 0x5C, 0x20


class Pieces(NamedTuple):
    """Where one's own bytes are in a pool: int64[n] each."""

    at: Ints
    size: Ints

    def take(self, rows: Ints) -> Pieces:
        """Return those of the given rows."""
        return Pieces(self.at[rows], self.size[rows])


class Pool:
    """Bytes to copy from, gathered one after the other."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, data: bytes) -> int:
        """Take in some bytes; return where they begin."""
        at = self._size
        self._parts.append(data)
        self._size += len(data)
        return at

    def every(self, data: bytes, size: int) -> Pieces:
        """Take in pieces of one size that follow each other in `data`."""
        at = self.add(data) + np.arange(0, len(data), size)
        return Pieces(at, np.full(len(at), size))

    def column(self, texts: Sequence[bytes]) -> Pieces:
        """Take in one piece a record."""
        size = np.fromiter(map(len, texts), np.int64, len(texts))
        return Pieces(self.add(b"".join(texts)) + np.cumsum(size) - size, size)

    def texts(self, texts: Texts) -> tuple[Pieces, Pieces]:
        """Take in texts; return them in UTF-8, and as they stand between the quotes of JSON."""
        packed = texts.packed()
        plain = Pieces(self.add(packed.data.tobytes()) + packed.at, packed.size)
        rows = np.flatnonzero(_escapes(packed.data, packed.at, packed.size))
        if not len(rows):
            return plain, plain
        quoted = Pieces(plain.at.copy(), plain.size.copy())
        escaped = [msgspec.json.encode(text)[1:-1] for text in packed.take(rows)]
        quoted.at[rows], quoted.size[rows] = self.column(escaped)
        return plain, quoted

    def joined(self) -> Bytes:
        """Return all that was taken in."""
        return np.frombuffer(b"".join(self._parts), np.uint8)


class _Plan(NamedTuple):
    """Templates as arrays: pieces `first[t]` to `first[t + 1]` belong to template t."""

    first: Ints
    own: Ints
    at: Ints
    size: Ints


class Templates:
    """Templates as arrays, made once for all records that are made by them.

    Attributes
    ----------
    constants : their constant bytes.
    plan : where these lie among the constants.
    fixed : int64[templates], how many constant bytes each has.
    times : int64[templates, pieces], how often each has each own piece.
    """

    def __init__(self, templates: Sequence[Template], own_pieces: int) -> None:
        flat = [piece for template in templates for piece in template]
        constant = [piece if isinstance(piece, bytes) else b"" for piece in flat]
        own = np.array([_CONSTANT if isinstance(piece, bytes) else piece for piece in flat], int)
        counts = [len(template) for template in templates]
        held = Pool()
        self.plan = _Plan(np.cumsum([0, *counts]), own, *held.column(constant))
        self.constants = held.joined().tobytes()
        template, mine = np.repeat(np.arange(len(templates)), counts), own != _CONSTANT
        self.fixed = np.zeros(len(templates), np.int64)
        np.add.at(self.fixed, template, self.plan.size)
        self.times = np.zeros((len(templates), own_pieces), np.int64)
        np.add.at(self.times, (template[mine], own[mine]), 1)


def lay_out(
    pool: Pool, templates: Templates, template_of: Ints, own: Sequence[Pieces]
) -> tuple[Bytes, Ints, Ints]:
    """Return what the records are, in one buffer after the pool's bytes, and where: at and size.

    Parameters
    ----------
    template_of
        int64[n], the place of each record's template.
    own
        The own pieces of the n records, by the numbers that templates have for them.
    """
    plan = templates.plan._replace(at=templates.plan.at + pool.add(templates.constants))
    pieces = Pieces(
        np.stack([one.at for one in own], axis=1), np.stack([one.size for one in own], axis=1)
    )
    held = pool.joined()
    own_sizes = np.einsum("np,np->n", pieces.size, templates.times[template_of])
    sizes = templates.fixed[template_of] + own_sizes
    ends = len(held) + np.cumsum(sizes)
    data = np.empty(int(ends[-1]) if len(ends) else len(held), np.uint8)
    data[: len(held)] = held
    starts = ends - sizes
    _copy(data, held, starts, template_of, plan, pieces)
    return data, starts, sizes


@compiled
def _escapes(data: Bytes, at: Ints, size: Ints) -> Bools:
    """Return bool[n]: whether a text holds what JSON must escape."""
    found = np.zeros(len(at), np.bool_)
    for row in range(len(at)):
        for place in range(at[row], at[row] + size[row]):
            byte = data[place]
            if byte < _SPACE or byte in (_QUOTE, _BACKSLASH):
                found[row] = True
    return found


@compiled
def _copy(
    data: Bytes, held: Bytes, starts: Ints, template_of: Ints, plan: _Plan, own: Pieces
) -> None:
    for row in range(len(template_of)):
        template, to = template_of[row], starts[row]
        for piece in range(plan.first[template], plan.first[template + 1]):
            number = plan.own[piece]
            if number < 0:
                source, length = plan.at[piece], plan.size[piece]
            else:
                source, length = own.at[row, number], own.size[row, number]
            copy_bytes(data, to, held, source, length)
            to += length
