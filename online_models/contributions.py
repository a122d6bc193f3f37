"""What each cause adds to a user's chance of coming, for reasons and for explanations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from features.compiled import compiled
from online_models.arrays import Bools, Floats, Ints
from online_models.heads import BASE_LOGITS, HEAD_NAMES, log_odds
from online_models.prior import (
    ADDS,
    ADDS_BASE,
    ANYWAY,
    ANYWAY_BASE,
    PriorInputs,
    cause_strengths,
    prior,
)
from online_models.snapshot import ModelSnapshot

__all__ = [
    "BASE",
    "CAUSE_GROUPS",
    "CHUNK_ROWS",
    "FATIGUE",
    "FEATURE_GROUPS",
    "OTHER",
    "contributions",
]

CHUNK_ROWS = 4096
"""Users at once: what is made of them stays in the cache."""

BASE, FATIGUE, OTHER = "base", "fatigue", "context"
_ATTEND = HEAD_NAMES.index("attend")

CAUSE_GROUPS = (
    "category_interest",
    "declared_interest",
    "watched_host",
    "follows_host",
    "reserved",
    "co_watched",
    "popular_nearby",
)
"""The group of each of the prior's `CAUSES`."""

FEATURE_GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "follows_host": "follows_host",
        "reserved": "reserved",
        "host_affinity": "watched_host",
        "host_share": "watched_host",
        "host_recency_1d": "watched_host",
        "host_recency_14d": "watched_host",
        "tie_activity_start": "watched_host",
        "category_affinity": "category_interest",
        "category_share": "category_interest",
        "declared_category": "declared_interest",
        "content_cosine": "similar_content",
        "co_watched": "co_watched",
        "segment_lift": "popular_nearby",
        "reserver_cosine": "reserved_by_similar",
        "popularity": "popular",
        "category_offered": FATIGUE,
        "sent_7d": FATIGUE,
        "invites_24h": FATIGUE,
        "invites_7d": FATIGUE,
    }
)
"""The group of each model feature, named as the wire names reasons; the rest are `OTHER`."""


def _prior_parts(inputs: PriorInputs, alone: bool) -> tuple[Floats, Floats, Floats]:
    """Return float64[n, 7], float64[n], float64[n]: log-odds by cause, by fatigue, and the base.

    Causes combine by noisy-or, so what they add together is shared out by −ln(1 − effect); for
    `alone` see `contributions`.
    """
    base = np.full(len(inputs), ANYWAY_BASE + ADDS_BASE)
    if alone:
        falls = np.zeros((len(inputs), len(CAUSE_GROUPS)))
        _fall(cause_strengths(inputs), ANYWAY, ADDS, falls)
        return falls, np.zeros(len(inputs)), log_odds(base)
    fresh = prior(replace(inputs, invites_for_stream=np.zeros_like(inputs.invites_for_stream)))
    known = prior(inputs) if inputs.invites_for_stream.any() else fresh
    worn = log_odds(known.attend) - log_odds(fresh.attend)
    effect = np.minimum((ADDS + ANYWAY)[:, None] * cause_strengths(inputs), 0.99)
    share = -np.log1p(-effect)
    total = share.sum(axis=0)
    share /= np.where(total > 0.0, total, 1.0)
    return (share * (log_odds(fresh.attend) - log_odds(base))).T, worn, log_odds(base)


@compiled
def _fall(strengths: Floats, anyway: Floats, adds: Floats, falls: Floats) -> None:
    """Put in float64[n, 7] by how much the log-odds fall when one cause alone is taken away."""
    for row in range(strengths.shape[1]):
        stays_away, adds_nothing = 1.0 - ANYWAY_BASE, 1.0 - ADDS_BASE
        for cause in range(len(strengths)):
            stays_away *= 1.0 - anyway[cause] * strengths[cause, row]
            adds_nothing *= 1.0 - adds[cause] * strengths[cause, row]
        comes = 2.0 - stays_away - adds_nothing
        odds = np.log(comes / (1.0 - comes))
        for cause in range(len(strengths)):
            strength = strengths[cause, row]
            if strength > 0.0:
                rest = stays_away / (1.0 - anyway[cause] * strength)
                comes = 2.0 - rest - adds_nothing / (1.0 - adds[cause] * strength)
                falls[row, cause] = odds - np.log(comes / (1.0 - comes))


def contributions(
    snapshot: ModelSnapshot,
    x: Floats,
    priors: PriorInputs,
    *,
    defaults: Floats | None = None,
    alone: bool = False,
) -> tuple[tuple[str, ...], Floats]:
    """Return (names, float64[n, G]): additive parts of the log-odds of p(attend | sent).

    Each row sums to the log-odds of `Scores.p_attend`. The last name is `BASE`, what anybody has
    of whom nothing is known. A feature at its default adds nothing, so a positive part is true
    of the user and without it the score would be lower.

    Parameters
    ----------
    defaults
        float64[F]: what a feature is when nothing is known; zeros when None.
    alone
        Whether a cause of the prior counts what the log-odds of somebody who was not invited to
        the stream before would fall by without it, and not its share of what all causes add
        together: causes that do the same work each count for less than their share. Parts do not
        add up then.

    Examples
    --------
    >>> from dataclasses import replace
    >>> fan = replace(PriorInputs.unknown(1), follows=np.array([True]))
    >>> names, parts = contributions(ModelSnapshot.untrained(("a",)), np.zeros((1, 1)), fan)
    >>> names[parts[0, :-1].argmax()]
    'follows_host'
    """
    feature_groups = [FEATURE_GROUPS.get(name, OTHER) for name in snapshot.names]
    names = (*dict.fromkeys((*CAUSE_GROUPS, *feature_groups, FATIGUE, OTHER)), BASE)
    default = np.zeros(len(snapshot.names)) if defaults is None else defaults
    parts = np.zeros((len(names), len(x)))
    group = np.array([names.index(each) for each in feature_groups], np.int64)
    for first in range(0, len(x), CHUNK_ROWS):
        rows = slice(first, first + CHUNK_ROWS)
        part = np.zeros((len(names), len(x[rows])))
        _add(names, part, snapshot, x[rows], priors.take(rows), group, default, alone)
        parts[:, rows] = part
    return names, parts.T


def _add(
    names: Sequence[str],
    parts: Floats,
    snapshot: ModelSnapshot,
    x: Floats,
    priors: PriorInputs,
    group: Ints,
    default: Floats,
    alone: bool,
) -> None:
    """Add the parts of some users to the lines of the named groups, float64[G, n], all 0.

    `group`: int64[F], the line of each feature.
    """
    lines, head = dict(zip(names, parts, strict=True)), snapshot.heads["attend"]
    personal = priors.personalization & head.learned
    believed = np.where(personal, head.prior, 1.0)
    causes, worn, base = _prior_parts(priors, alone)
    for name, values in zip(CAUSE_GROUPS, causes.T, strict=True):
        lines[name][:] += believed * values
    lines[FATIGUE][:] += believed * worn
    lines[BASE][:] += believed * base
    if personal.any():
        folded, bias = snapshot.folded()
        weights = np.ascontiguousarray(folded[:, _ATTEND])
        _add_features(parts, np.ascontiguousarray(x.T), personal, default, weights, group)
        level = bias[_ATTEND] - head.prior * BASE_LOGITS[_ATTEND] + default @ folded[:, _ATTEND]
        lines[BASE][:] += personal * level
    parts *= np.where(personal, head.scale, 1.0)
    lines[BASE][:] += np.where(personal, head.shift, 0.0)


@compiled
def _add_features(
    parts: Floats, x: Floats, personal: Bools, default: Floats, weights: Floats, group: Ints
) -> None:
    """Add what each feature, float64[F, n], makes of the log-odds of those whose it may be."""
    for feature in range(len(group)):
        line, usual, weight = group[feature], default[feature], weights[feature]
        for row in range(x.shape[1]):
            parts[line, row] += personal[row] * (x[feature, row] - usual) * weight
