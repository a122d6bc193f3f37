"""Whatever a reason names: without it, the score would be lower."""

from __future__ import annotations

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from features.registry import FEATURE_INDEX, FEATURE_NAMES, FEATURES
from online_models.contributions import FEATURE_GROUPS, contributions
from online_models.scoring import score
from online_models.snapshot import HeadWeights, ModelSnapshot
from reminders.causes import inputs_from
from reminders.reasons import REASON_CODES

DEFAULTS = np.array([feature.default for feature in FEATURES])
LOW = np.array([feature.low for feature in FEATURES])
HIGH = np.array([feature.high for feature in FEATURES])
SWITCHES = ("follows_host", "reserved", "declared_category")
USERS = 60


def _snapshot(rng: np.random.Generator, positives: int) -> ModelSnapshot:
    blank = ModelSnapshot.untrained(FEATURE_NAMES)
    weights = rng.normal(0.0, 0.5, len(FEATURES)).tolist()
    head = HeadWeights(weights, -3.0, (positives, positives), (positives, positives))
    heads = {**blank.heads, "attend": head}
    return msgspec.structs.replace(blank, version=1, heads=heads)


def _people(rng: np.random.Generator) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    x = LOW + rng.random((USERS, len(FEATURES))) * (HIGH - LOW)
    x = np.where(rng.random(x.shape) < 0.5, DEFAULTS, x)
    for name in SWITCHES:
        x[:, FEATURE_INDEX[name]] = rng.random(USERS) < 0.3
    return x


@given(st.integers(0, 10_000), st.sampled_from([0, 5, 50, 5_000]))
@settings(max_examples=60, deadline=None)
def test_without_what_a_reason_names_the_score_is_lower(seed: int, positives: int) -> None:
    """For every cause, in any mixture of the prior and a model that has learned anything."""
    rng = np.random.default_rng(seed)
    snapshot, x = _snapshot(rng, positives), _people(rng)
    personal = rng.random(USERS) < 0.9
    inputs = inputs_from(x, personal)
    names, parts = contributions(snapshot, x, inputs, defaults=DEFAULTS, alone=True)
    before = score(snapshot, x, inputs).p_attend
    for code in set(REASON_CODES) & set(names):
        group = [FEATURE_INDEX[name] for name, of in FEATURE_GROUPS.items() if of == code]
        poorer = x.copy()
        poorer[:, group] = DEFAULTS[group]
        without = inputs_from(poorer, personal)
        after = score(snapshot, poorer, without).p_attend
        named = parts[:, names.index(code)] > 0.0
        assert (after[named] < before[named]).all(), code
