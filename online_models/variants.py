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

import math
from collections.abc import Sequence

import msgspec
import numpy as np
from scipy.special import digamma, ndtri, polygamma

from features.coded import Coded, distinct
from features.compiled import compiled
from online_models.arrays import Bools, Floats, Ints
from online_models.wear import FRESH, Shown, Wear

__all__ = ["COPY", "COVER", "UNIFORM_SHARE", "VariantStats", "choose", "policy"]

COPY, COVER = "copy", "cover"
UNIFORM_SHARE = 0.05
HALF_LIFE_MS = 15 * 86_400_000
MAX_ENTRIES = 2_000
EVERYBODY = "*"
BASE_RATE, BASE_SENDS, SEGMENT_SENDS = 0.05, 20.0, 100.0
NODES = ndtri((np.arange(64) + 0.5) / 64.0)
_MANY = 8


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
    wear: Wear = msgspec.field(default_factory=Wear)

    def copy(self) -> VariantStats:
        """Return an independent copy."""
        return VariantStats(
            {key: VariantCount(c.sends, c.opens, c.ts) for key, c in self.counts.items()},
            self.wear.copy(),
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

    def relative_rate(self, kind: str, segment: str, variant_id: str) -> float:
        """Return the variant's expected open rate in the segment over that of all variants."""
        a, b = self._beta(kind, EVERYBODY, EVERYBODY, BASE_RATE, BASE_SENDS)
        return self.rate(kind, segment, variant_id) * (a + b) / a


def policy(stats: VariantStats, kind: str, segment: str, variant_ids: Sequence[str]) -> Floats:
    """Return float64[k]: the chance of each variant to have the highest open rate; sums to 1.

    The posterior log-odds are taken as normal with the exact mean and variance of a Beta's
    log-odds, P(i best) = E[Π_j≠i F_j] over 64 quantiles of i.
    """
    mean, std = _beliefs(stats, kind, segment, variant_ids)
    return np.asarray(_chances(mean[None], std[None], NODES)[0])


def _beliefs(
    stats: VariantStats, kind: str, segment: str, variant_ids: Sequence[str]
) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of the log-odds of each variant's rate."""
    beta = np.array([stats.posterior(kind, segment, v) for v in variant_ids])
    mean = digamma(beta[:, 0]) - digamma(beta[:, 1])
    return mean, np.sqrt(polygamma(1, beta[:, 0]) + polygamma(1, beta[:, 1]))


@compiled
def _chances(mean: Floats, std: Floats, nodes: Floats) -> Floats:
    """Return float64[p, k]: the chance of each of k normal beliefs to be highest, in p cases."""
    chances = np.empty(mean.shape)
    for case in range(len(mean)):
        total = 0.0
        for one in range(mean.shape[1]):
            best = 0.0
            for node in nodes:
                at, below = mean[case, one] + std[case, one] * node, 1.0
                for other in range(mean.shape[1]):
                    if other != one:
                        z = (at - mean[case, other]) / std[case, other]
                        below *= 0.5 * math.erfc(-z * math.sqrt(0.5))
                best += below
            chances[case, one] = best
            total += best
        chances[case] /= total
    return chances


def choose(
    stats: VariantStats,
    kind: str,
    segments: Sequence[str],
    variant_ids: Sequence[str],
    shown: Shown,
    uniforms: Floats,
) -> tuple[Ints, Floats, Bools]:
    """Draw a variant for each of `n` users.

    Parameters
    ----------
    segments
        One a user.
    variant_ids
        The k variants of this stream, k ≥ 1; each may be shown to everybody.
    shown
        n rows: what users were shown last of these variants wears out (`online_models.wear`).
        Of more than 8 variants only the newest.
    uniforms
        float64[n, 2] in [0, 1), from hashes: explore or not, and which.

    Returns
    -------
    index : int64[n]
        The chosen variant.
    propensity : float64[n]
        The probability with which this policy chose it, in (0, 1].
    explore : bool[n]
        Whether it came from the uniform share.
    """
    spoken, count = Coded.of(segments), len(variant_ids)
    worn = _worn_keys(shown, count)
    most = int(worn.max(initial=0)) + 1
    keys, case = distinct(spoken.code * most + worn)
    believed = [_beliefs(stats, kind, segment, variant_ids) for segment in spoken.values]
    mean, std = np.reshape(believed, (-1, 2, count)).swapaxes(0, 1)
    mean = mean[keys // most] + _worn_logs(keys % most, count, stats.wear.pull())
    greedy = _chances(mean, std[keys // most], NODES)
    explore = uniforms[:, 0] < UNIFORM_SHARE
    greedy_edges = np.cumsum(greedy, axis=1)[case]
    even_edges = np.arange(1, count + 1) / count
    edges = np.where(explore[:, None], even_edges, greedy_edges)
    drawn = np.minimum(uniforms[:, 1] * edges[:, -1], np.nextafter(edges[:, -1], -1.0))
    index = np.asarray((drawn[:, None] >= edges).sum(axis=1))
    mixed = UNIFORM_SHARE / count + (1.0 - UNIFORM_SHARE) * greedy
    return index, mixed[case, index], explore


def _worn_keys(shown: Shown, variants: int) -> Ints:
    """Return int64[n]: a number for what is worn of the variants for each user, 0 for nothing."""
    kept = shown.place.shape[1] if variants <= _MANY else 1
    keys = np.zeros(len(shown.place), np.int64)
    for place, age in zip(shown.place.T[:kept], shown.age.T[:kept], strict=True):
        own = np.where((place >= 0) & (age < FRESH), place * FRESH + age + 1, 0)
        keys = keys * (variants * FRESH + 1) + own
    return keys


def _worn_logs(keys: Ints, variants: int, pull: Floats) -> Floats:
    """Return float64[p, k]: the logarithm of what is left of each variant's pull, by key."""
    logs, left = np.zeros((len(keys), variants)), keys
    while left.any():
        left, own = np.divmod(left, variants * FRESH + 1)
        rows = np.flatnonzero(own)
        place, age = np.divmod(own[rows] - 1, FRESH)
        logs[rows, place] = np.log(pull[age])
    return logs
