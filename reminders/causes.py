"""What made each reminder worth sending, as the columns that reasons are made of."""

from __future__ import annotations

import numpy as np

from features.coded import Coded
from features.decay import AFFINITY_HALF_LIFE_DAYS, decay
from features.registry import FEATURE_INDEX, FEATURES
from features.state import UserState
from features.ties import host_strengths
from online_models.arrays import Bools, Floats
from online_models.contributions import CHUNK_ROWS, contributions
from online_models.prior import PriorInputs
from online_models.snapshot import ModelSnapshot
from online_models.strategy import HYBRID, SEEN, STRATEGIES
from reminders.decision import DueGroup
from reminders.reasons import REASON_CODES

__all__ = ["causes_of", "hosts_behind", "inputs_from"]

_DEFAULTS = np.array([feature.default for feature in FEATURES])
_SEEN = np.array(
    [
        [code not in SEEN["hybrid"] or code in SEEN[each] for code in REASON_CODES]
        for each in STRATEGIES
    ],
    np.float64,
)
"""float64[strategies, reasons]: 1 where the strategy sees the cause, else 0."""
_ALMOST_ONE = 1.0 - 1e-9
_TINY = 1e-12


def causes_of(group: DueGroup, snapshot: ModelSnapshot) -> tuple[Floats, Bools]:
    """Return what each of `REASON_CODES` added to the score, and whether it is true of the user.

    Both ``[n, len(REASON_CODES)]``. The parts are `online_models.contributions`, in log-odds:
    without the named cause the score would be lower by that much. What the user's strategy does
    not see is no reason, since it played no part.
    """
    strength = np.empty((len(group), len(REASON_CODES)))
    holds = np.empty(strength.shape, np.bool_)
    for first in range(0, len(group), CHUNK_ROWS):
        rows = slice(first, first + CHUNK_ROWS)
        strength[rows], holds[rows] = _causes(group, rows, snapshot)
    return strength, holds


def _causes(group: DueGroup, rows: slice, snapshot: ModelSnapshot) -> tuple[Floats, Bools]:
    x, strategy = group.features(rows), group.strategy[rows]
    inputs = inputs_from(x, group.personal[rows])
    names, parts = contributions(snapshot, x, inputs, defaults=_DEFAULTS, alone=True)
    strength = np.zeros((len(x), len(REASON_CODES)))
    for place, code in enumerate(REASON_CODES):
        if code in names:
            strength[:, place] = parts[:, names.index(code)]
    narrow = np.flatnonzero(strategy != HYBRID)
    strength[narrow] *= _SEEN[strategy[narrow]]
    strength[:, REASON_CODES.index("exploring")] = group.explore[rows]
    holds = strength > 0.0
    known = _column(x, "host_recency_14d") > _TINY
    # Who followed, liked or bought has a weight with the host, and may have watched nothing.
    holds[:, REASON_CODES.index("watched_host")] &= known
    for code in ("follows_host", "reserved"):
        place, chose = REASON_CODES.index(code), _column(x, code) > 0.0
        known |= chose
        holds[:, place] = chose
        holds[narrow, place] &= _SEEN[strategy[narrow], place] > 0.0
    # Of a host that they know nothing is new, however the minute or the picture was chosen.
    holds[:, REASON_CODES.index("exploring")] &= ~known
    return strength, holds


def hosts_behind(group: DueGroup, state: UserState) -> Coded[int]:
    """Return the `short_hash` of each user's host that speaks most for this one, 0 for none.

    Without it the feature `co_watched` would be lower.
    """
    hosts = np.zeros(len(group), np.int64)
    rows = np.flatnonzero(group.feature("co_watched") > 0.0)
    if group.near is None or not len(rows):
        return Coded([0], hosts)
    own = state.users.rows[group.slots[rows]]
    age = group.send_ts[rows] - own["last_ts"]
    strengths = host_strengths(own, decay(age, AFFINITY_HALF_LIFE_DAYS))
    place, _ = group.near.causes(own["host_h"], strengths, own["host_ts"])
    found = own["host_h"][np.arange(len(own)), np.maximum(place, 0)]
    hosts[rows] = np.where(place >= 0, found, 0)
    values, code = np.unique(np.append(0, hosts), return_inverse=True)
    return Coded(values.tolist(), code.reshape(-1)[1:])


def inputs_from(x: Floats, personal: Bools) -> PriorInputs:
    """Return what the prior reads, back from features float64[n, F]; none was invited before.

    `personal`: bool[n], consent.personalization.
    """
    fading = _column(x, "host_recency_14d")
    days = -14.0 * np.log(np.maximum(fading, _TINY))
    return PriorInputs(
        follows=_column(x, "follows_host") > 0.0,
        host_weight=_weight(_column(x, "host_affinity")),
        days_since_host_watch=np.where(fading <= _TINY, np.inf, days),
        category_weight=_weight(_column(x, "category_affinity")),
        declared=_column(x, "declared_category") > 0.0,
        reserved=_column(x, "reserved") > 0.0,
        invites_for_stream=np.zeros(len(x), np.int64),
        personalization=personal,
        co_watched=_column(x, "co_watched"),
        segment_lift=_column(x, "segment_lift"),
    )


def _column(x: Floats, name: str) -> Floats:
    return x[:, FEATURE_INDEX[name]]


def _weight(affinity: Floats) -> Floats:
    """The decayed weight w from the feature w / (1 + w)."""
    bounded = np.minimum(affinity, _ALMOST_ONE)
    return np.asarray(bounded / (1.0 - bounded))
