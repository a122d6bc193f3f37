"""Which copy and cover to show: probability matching with exactly known propensities.

Per (kind, segment, variant) there are decayed counts of sends and opens. A variant's posterior in
a segment is Beta, shrunk towards its rate over all segments, which is shrunk towards the rate of
all variants. The chance of each variant to be the best one is computed (not sampled), and that
vector, mixed with a uniform share, *is* the policy that is drawn from; so the logged propensity
is exact even where the computation is approximate.

References
----------
Thompson (1933), probability matching; Chapelle and Li (2011), An empirical evaluation of Thompson
sampling. Shrinking by a prior of about a hundred sends: Yancey and Settles (2020), A sleeping,
recovering bandit algorithm for optimizing recurring notifications, KDD.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from scipy.special import digamma, ndtr, ndtri, polygamma

from features.coded import Coded
from online_models.arrays import Bools, Floats, Ints

__all__ = ["COPY", "COVER", "UNIFORM_SHARE", "VariantStats", "choose", "policy"]

COPY, COVER = "copy", "cover"
UNIFORM_SHARE = 0.05
HALF_LIFE_MS = 15 * 86_400_000
MAX_ENTRIES = 2_000
EVERYBODY = "*"
BASE_RATE, BASE_SENDS, SEGMENT_SENDS = 0.05, 20.0, 100.0
NODES = ndtri((np.arange(64) + 0.5) / 64.0)


class VariantCount(msgspec.Struct, array_like=True):
    """Decayed sends and opens of one variant in one segment, as of `ts` (epoch ms)."""

    sends: float
    opens: float
    ts: int


def _key(kind: str, segment: str, variant_id: str) -> str:
    return f"{kind}\x1f{segment}\x1f{variant_id}"


class VariantStats(msgspec.Struct):
    """Decayed outcomes of copies and covers by segment, at most `MAX_ENTRIES` of them.

    Examples
    --------
    >>> stats = VariantStats()
    >>> stats.observe(COPY, "zh-CN", "a", opened=True, ts=0)
    >>> stats.rate(COPY, "zh-CN", "a") > stats.rate(COPY, "zh-CN", "b")
    True
    """

    counts: dict[str, VariantCount] = {}

    def copy(self) -> VariantStats:
        """Return an independent copy."""
        return VariantStats(
            {key: VariantCount(c.sends, c.opens, c.ts) for key, c in self.counts.items()}
        )

    def observe(self, kind: str, segment: str, variant_id: str, *, opened: bool, ts: int) -> None:
        """Count one send of a variant and whether it was opened."""
        for part in ((segment, variant_id), (EVERYBODY, variant_id), (EVERYBODY, EVERYBODY)):
            self._add(_key(kind, *part), opened, ts)
        if len(self.counts) > MAX_ENTRIES:
            self._drop_least()

    def _add(self, key: str, opened: bool, ts: int) -> None:
        count = self.counts.get(key)
        if count is None:
            self.counts[key] = VariantCount(1.0, float(opened), ts)
            return
        fade = 0.5 ** (abs(ts - count.ts) / HALF_LIFE_MS)
        old, new = (fade, 1.0) if ts >= count.ts else (1.0, fade)
        count.sends = old * count.sends + new
        count.opens = old * count.opens + new * opened
        count.ts = max(ts, count.ts)

    def _drop_least(self) -> None:
        """Forget the tenth of the entries with the fewest sends, decayed to the same moment."""
        newest = max(c.ts for c in self.counts.values())

        def weight(item: tuple[str, VariantCount]) -> tuple[float, str]:
            key, c = item
            return c.sends * 0.5 ** ((newest - c.ts) / HALF_LIFE_MS), key

        kept = sorted(self.counts.items(), key=weight)[MAX_ENTRIES // 10 :]
        self.counts = dict(sorted(kept))

    def _beta(
        self, kind: str, segment: str, variant_id: str, mean: float, n: float
    ) -> tuple[float, float]:
        count = self.counts.get(_key(kind, segment, variant_id), VariantCount(0.0, 0.0, 0))
        return mean * n + count.opens, (1.0 - mean) * n + count.sends - count.opens

    def posterior(self, kind: str, segment: str, variant_id: str) -> tuple[float, float]:
        """Return (a, b) of the Beta posterior of the variant's open rate in the segment."""
        a, b = self._beta(kind, EVERYBODY, EVERYBODY, BASE_RATE, BASE_SENDS)
        a, b = self._beta(kind, EVERYBODY, variant_id, a / (a + b), BASE_SENDS)
        return self._beta(kind, segment, variant_id, a / (a + b), min(a + b, SEGMENT_SENDS))

    def rate(self, kind: str, segment: str, variant_id: str) -> float:
        """Return the expected open rate of the variant in the segment."""
        a, b = self.posterior(kind, segment, variant_id)
        return a / (a + b)


def policy(stats: VariantStats, kind: str, segment: str, variant_ids: Sequence[str]) -> Floats:
    """Return float64[k]: the chance of each variant to have the highest open rate; sums to 1.

    The posterior log-odds are taken as normal with the exact mean and variance of a Beta's
    log-odds, P(i best) = E[Π_j≠i F_j] over 64 quantiles of i.
    """
    beta = np.array([stats.posterior(kind, segment, v) for v in variant_ids])
    mean = digamma(beta[:, 0]) - digamma(beta[:, 1])
    std = np.sqrt(polygamma(1, beta[:, 0]) + polygamma(1, beta[:, 1]))
    at = mean[:, None] + std[:, None] * NODES
    below = ndtr((at[:, None, :] - mean[None, :, None]) / std[None, :, None])
    below[np.arange(len(mean)), np.arange(len(mean))] = 1.0
    best = below.prod(axis=1).mean(axis=1)
    return np.asarray(best / best.sum())


def choose(
    stats: VariantStats,
    kind: str,
    segments: Sequence[str],
    variant_ids: Sequence[str],
    usable: Bools,
    uniforms: Floats,
) -> tuple[Ints, Floats, Bools]:
    """Draw a variant for each of `n` users.

    Parameters
    ----------
    segments
        One a user.
    variant_ids
        The k variants of this stream, k ≥ 1.
    usable
        bool[n, k]: those that may be shown to the user (language, filled slots).
    uniforms
        float64[n, 2] in [0, 1), from hashes: explore or not, and which.

    Returns
    -------
    index : int64[n]
        The chosen variant, −1 where none is usable.
    propensity : float64[n]
        The probability with which this policy chose it, in (0, 1]; 1 where none is usable.
    explore : bool[n]
        Whether it came from the uniform share.
    """
    spoken = Coded.of(segments)
    best = np.array([policy(stats, kind, segment, variant_ids) for segment in spoken.values])
    patterns, pattern = _patterns(usable)
    case = spoken.code * len(patterns) + pattern
    usable = np.tile(patterns, (len(best), 1))
    greedy = np.repeat(best.reshape(-1, len(variant_ids)), len(patterns), axis=0) * usable
    total = greedy.sum(axis=1, keepdims=True)
    even = usable / np.maximum(usable.sum(axis=1, keepdims=True), 1)
    greedy = np.where(total > 0.0, greedy / np.where(total > 0.0, total, 1.0), even)
    explore = uniforms[:, 0] < UNIFORM_SHARE
    edges = np.cumsum(np.concatenate((greedy, even)), axis=1)[case + len(greedy) * explore]
    drawn = np.minimum(uniforms[:, 1] * edges[:, -1], np.nextafter(edges[:, -1], -1.0))
    index = (drawn[:, None] >= edges).sum(axis=1)
    none: Bools = ~np.asarray(usable.any(axis=1))[case]
    index[none] = -1
    mixed = UNIFORM_SHARE * even + (1.0 - UNIFORM_SHARE) * greedy
    propensity = np.where(none, 1.0, mixed[case, index])
    return index, propensity, explore & ~none


def _patterns(usable: Bools) -> tuple[Bools, Ints]:
    """Return the distinct rows of bool[n, k], and the place of each row's among them."""
    if usable.all():
        return np.ones((1, usable.shape[1]), np.bool_), np.zeros(len(usable), np.int64)
    patterns, place = np.unique(usable, axis=0, return_inverse=True)
    return patterns, place.reshape(-1)
