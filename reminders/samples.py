"""Decisions kept until their labels close: features as they were, and what was shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from features.coded import Coded
from features.hashing import U64Array
from features.registry import REGISTRY_VERSION
from online_models.arrays import Bools, Floats, Ints
from reminders.decision import DueGroup

__all__ = [
    "ATTEND",
    "CONTROL",
    "EXPLORE",
    "PERSONAL",
    "SENT",
    "SampleBlock",
    "block_of",
    "block_of_controls",
    "join_blocks",
]

_Text = TypeVar("_Text", str, str | None)

SENT, ATTEND, EXPLORE, PERSONAL, CONTROL = 1, 2, 4, 8, 16
"""Bits of the flags of a decision; a control counts only if the user was never invited."""
UNSAID = 255


class SampleBlock(msgspec.Struct, array_like=True):
    """Some decisions about one announcement, as columns in bytes.

    `user_h` uint64, `decided_s` uint32 (send time), `flags` uint8 (`SENT`, `ATTEND`, `EXPLORE`,
    `PERSONAL`, `CONTROL`), `propensity` float32, `x` float32[n, F], `priors` float32[n, 5],
    `copy_ages` uint8, `UNSAID` where nothing was shown; it is empty in blocks of a release that
    did not know it.
    """

    registry_version: int
    user_h: bytes
    decided_s: bytes
    flags: bytes
    propensity: bytes
    x: bytes
    priors: bytes
    copy_ids: list[str | None]
    cover_ids: list[str | None]
    segments: list[str]
    copy_ages: bytes = b""

    def __len__(self) -> int:
        return len(self.flags)

    @property
    def users(self) -> U64Array:
        """The users' hashes, uint64[n]."""
        return np.frombuffer(self.user_h, "<u8")

    @property
    def decided(self) -> Ints:
        """When each was decided, epoch seconds, int64[n]."""
        return np.frombuffer(self.decided_s, "<u4").astype(np.int64)

    def flag(self, bit: int) -> Bools:
        """Return one bit of the flags, bool[n]."""
        return np.asarray(np.frombuffer(self.flags, "u1") & bit != 0)

    @property
    def chances(self) -> Floats:
        """The propensities, float64[n]."""
        return np.frombuffer(self.propensity, "<f4").astype(np.float64)

    def ages(self) -> list[int | None]:
        """Return how long ago each user was shown the same copy, None where it is not known."""
        if not self.copy_ages:
            return [None] * len(self)
        return [None if age == UNSAID else age for age in self.copy_ages]

    def features(self) -> list[list[float]]:
        """Return the features, one list a decision."""
        rows: list[list[float]] = self._matrix(self.x).tolist()
        return rows

    def prior_rows(self) -> list[list[float]]:
        """Return what the prior said, one list a decision."""
        rows: list[list[float]] = self._matrix(self.priors).tolist()
        return rows

    def like(self, other: SampleBlock) -> bool:
        """Return whether the other block has the same features and heads; an empty one has none."""
        if self.registry_version != other.registry_version:
            return False
        if bool(self.copy_ages) != bool(other.copy_ages):
            return False
        widths = [
            (len(one.x) // len(one), len(one.priors) // len(one))
            for one in (self, other)
            if len(one)
        ]
        return len(widths) == 2 and widths[0] == widths[1]

    def without(self, user_h: int) -> SampleBlock:
        """Return the block less the decisions about a user."""
        kept = np.flatnonzero(self.users != np.uint64(user_h))
        places = kept.tolist()
        return SampleBlock(
            self.registry_version,
            self.users[kept].tobytes(),
            np.frombuffer(self.decided_s, "<u4")[kept].tobytes(),
            np.frombuffer(self.flags, "u1")[kept].tobytes(),
            np.frombuffer(self.propensity, "<f4")[kept].tobytes(),
            self._matrix(self.x)[kept].tobytes(),
            self._matrix(self.priors)[kept].tobytes(),
            [self.copy_ids[place] for place in places],
            [self.cover_ids[place] for place in places],
            [self.segments[place] for place in places],
            bytes(self.copy_ages[place] for place in places) if self.copy_ages else b"",
        )

    def _matrix(self, data: bytes) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        matrix: np.ndarray[tuple[int, int], np.dtype[np.float32]] = np.frombuffer(
            data, "<f4"
        ).reshape(len(self), -1)
        return matrix


def block_of(group: DueGroup, rows: Ints, *, sent: bool) -> SampleBlock:
    """Return the block of the given rows of a group, with what was shown if it was said."""
    same = SENT * sent + ATTEND * (group.intent == "attend")
    own = EXPLORE * group.explore[rows] + PERSONAL * group.personal[rows]
    return SampleBlock(
        REGISTRY_VERSION,
        group.user_h[rows].astype("<u8").tobytes(),
        (group.send_ts[rows] // 1_000).astype("<u4").tobytes(),
        (own + same).astype("u1").tobytes(),
        group.propensity[rows].astype("<f4").tobytes(),
        group.features(rows).astype("<f4").tobytes(),
        group.priors[rows].astype("<f4").tobytes(),
        _chosen(group.copy_ids, rows, None),
        _chosen(group.cover_ids, rows, None),
        _chosen(group.segments, rows, ""),
        _ages(group, rows).tobytes(),
    )


def block_of_controls(user_h: U64Array, now_s: int, x: Floats, priors: Floats) -> SampleBlock:
    """Return the block of users who are looked at and not yet reminded (`reminders.controls`).

    `x`: float64[n, F]; `priors`: float64[n, 5]; `now_s`: epoch seconds.
    """
    n = len(user_h)
    return SampleBlock(
        REGISTRY_VERSION,
        user_h.astype("<u8").tobytes(),
        np.full(n, now_s, "<u4").tobytes(),
        np.full(n, CONTROL + PERSONAL, "u1").tobytes(),
        np.ones(n, "<f4").tobytes(),
        x.astype("<f4").tobytes(),
        priors.astype("<f4").tobytes(),
        [None] * n,
        [None] * n,
        [""] * n,
        np.full(n, UNSAID, np.uint8).tobytes(),
    )


def _ages(group: DueGroup, rows: Ints) -> npt.NDArray[np.uint8]:
    if not len(group.copy_ages):
        return np.full(len(rows), UNSAID, np.uint8)
    return group.copy_ages[rows].astype(np.uint8)


def _chosen(column: Sequence[_Text], rows: Ints, unsaid: _Text) -> list[_Text]:
    """Return what a column says in these rows; `unsaid` of each when nobody has chosen any."""
    if not len(column):
        return [unsaid] * len(rows)
    said = Coded.of(column)
    return list(map(said.values.__getitem__, said.code[rows].tolist()))


def join_blocks(first: SampleBlock, second: SampleBlock) -> SampleBlock:
    """Return one block with the decisions of both, in order."""
    return SampleBlock(
        first.registry_version,
        *(
            getattr(first, name) + getattr(second, name)
            for name in SampleBlock.__struct_fields__[1:]
        ),
    )
