from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from scipy.special import logit

from online_models.contributions import BASE, contributions
from online_models.evidence import unsent_prior
from online_models.heads import HEAD_NAMES
from online_models.prior import PriorInputs, prior
from online_models.scoring import CHUNK_ROWS, score
from online_models.snapshot import HeadWeights, ModelSnapshot

NAMES = ("follows_host", "host_affinity", "noise")


def people(n: int, seed: int = 3) -> tuple[np.ndarray[tuple[int, int]], PriorInputs]:
    """Return features and prior inputs of `n` different people."""
    rng = np.random.default_rng(seed)
    follows, weight = rng.random(n) < 0.3, rng.exponential(1.0, n)
    inputs = PriorInputs(
        follows=follows,
        host_weight=weight,
        days_since_host_watch=rng.exponential(9.0, n),
        category_weight=rng.exponential(1.0, n),
        declared=rng.random(n) < 0.2,
        reserved=rng.random(n) < 0.1,
        invites_for_stream=rng.integers(0, 3, n),
        personalization=rng.random(n) < 0.8,
        co_watched=rng.random(n) * (rng.random(n) < 0.5),
        segment_lift=rng.normal(size=n).clip(-3.0, 3.0),
    )
    return np.stack([follows, weight / (weight + 1), rng.normal(size=n)], axis=1), inputs


def learned(positives: dict[str, tuple[int, int]], shift: float = 0.0) -> ModelSnapshot:
    """Return a snapshot whose heads have seen `positives` (invitations, attend reminders)."""
    snapshot = ModelSnapshot.untrained(NAMES)
    heads = {}
    for i, name in enumerate(snapshot.heads):
        seen = positives.get(name, (0, 0))
        heads[name] = HeadWeights([0.4, 0.8, -0.1], -2.0 - i, seen, seen, 0.9, shift)
    return msgspec.structs.replace(snapshot, mean=[0.3, 0.4, 0.0], heads=heads)


ALL_SEEN = dict.fromkeys(HEAD_NAMES, (500, 500))


def test_untrained_the_prior_decides() -> None:
    """Version 0 serves exactly the prior, for every head."""
    x, inputs = people(1_000)
    scores, before = score(ModelSnapshot.untrained(NAMES), x, inputs), prior(inputs)
    np.testing.assert_allclose(scores.p_attend, before.attend, rtol=1e-12)
    np.testing.assert_allclose(scores.uplift, before.uplift, rtol=1e-12)
    np.testing.assert_allclose(scores.priors[:, 0], before.open, rtol=0)


def test_uplift_is_positive_and_value_less_the_cost_of_muting() -> None:
    """Whatever the heads say, 0 < uplift ≤ p(attend), and a mute is paid for."""
    x, inputs = people(1_000)
    for snapshot in (learned(ALL_SEEN), learned({"attend_unsent": (9, 0)}), learned({}, 3.0)):
        scores = score(snapshot, x, inputs, mute_cost=2.0)
        assert ((scores.uplift > 0) & (scores.uplift <= scores.p_attend)).all()
        assert ((scores.score > 0) & (scores.score < 1)).all()
        np.testing.assert_allclose(scores.value, scores.uplift - 2.0 * scores.p_mute)


def test_a_head_without_evidence_for_reservers_leaves_them_to_the_prior() -> None:
    """Holdouts are invitations only: the uplift of attend reminders stays the prior's share."""
    x, inputs = people(1_000)
    scores = score(learned({"attend_unsent": (10_000, 0)}), x, inputs)
    before = prior(inputs)
    share = scores.uplift / scores.p_attend
    reserved = inputs.reserved
    np.testing.assert_allclose(share[reserved], (before.uplift / before.attend)[reserved])
    assert not np.allclose(share[~reserved], (before.uplift / before.attend)[~reserved])


def test_without_personalization_nothing_learned_is_used() -> None:
    """Who refuses personalization gets the same scores from any model and any behaviour."""
    x, inputs = people(500)
    inputs = replace(inputs, personalization=np.zeros(500, np.bool_))
    before = score(ModelSnapshot.untrained(NAMES), x, inputs)
    after = score(learned(ALL_SEEN, shift=1.0), x + 1.0, inputs)
    np.testing.assert_allclose(after.value, before.value)
    np.testing.assert_allclose(after.score, before.score)


def test_a_row_scores_the_same_alone_as_among_many() -> None:
    """Neither chunk borders nor the number of users change a score."""
    n = 2 * CHUNK_ROWS + 3
    x, inputs = people(n)
    many = score(learned(ALL_SEEN), x, inputs)
    for row in (0, CHUNK_ROWS - 1, CHUNK_ROWS, n - 1):
        alone = score(learned(ALL_SEEN), x[row : row + 1], inputs.take(slice(row, row + 1)))
        assert alone.value[0] == pytest.approx(many.value[row], abs=1e-14)


def test_wrong_shapes_are_refused() -> None:
    """A matrix of other features is an error, never a silent score."""
    x, inputs = people(4)
    with pytest.raises(ValueError, match="features of shape"):
        score(ModelSnapshot.untrained(("other",)), x, inputs)


def test_contributions_add_up_to_the_score() -> None:
    """Each row's parts sum to the log-odds of the served probability."""
    x, inputs = people(800)
    for snapshot in (ModelSnapshot.untrained(NAMES), learned(ALL_SEEN, 0.3), learned({}, 0.2)):
        _, parts = contributions(snapshot, x, inputs)
        np.testing.assert_allclose(
            parts.sum(axis=1), logit(score(snapshot, x, inputs).p_attend), atol=1e-9
        )


def test_a_named_cause_is_true() -> None:
    """Taking away a cause that adds lowers the score."""
    x, inputs = people(800)
    inputs = replace(inputs, personalization=np.ones(800, np.bool_))
    for snapshot in (ModelSnapshot.untrained(NAMES), learned(ALL_SEEN)):
        names, parts = contributions(snapshot, x, inputs)
        gains = parts[:, names.index("follows_host")] > 0
        assert names[-1] == BASE
        assert (gains == inputs.follows).all()
        without = replace(inputs, follows=np.zeros(800, np.bool_))
        poorer = x.copy()
        poorer[:, 0] = 0.0
        fell = score(snapshot, x, inputs).p_attend > score(snapshot, poorer, without).p_attend
        assert (fell == gains).all()


def test_what_a_reminder_adds_goes_through_its_opening() -> None:
    """Who opens more owes more of the same chance of coming to the reminder, where it is told."""
    fans = replace(PriorInputs.unknown(2), follows=np.ones(2, np.bool_))
    x = np.array([[1.0, 0.0, -1.0], [1.0, 0.0, 1.0]])
    opens = HeadWeights([0.0, 0.0, 0.5], -2.0, (500, 0), (50, 0))
    silent = msgspec.structs.replace(opens, positives=(0, 0))
    found = []
    for head in (opens, silent):
        snapshot = ModelSnapshot.untrained(NAMES)
        heads = {**snapshot.heads, "open": head}
        found.append(score(msgspec.structs.replace(snapshot, heads=heads), x, fans))
    told, untold = found
    assert told.p_open[0] < told.p_open[1]
    np.testing.assert_allclose(told.p_attend, prior(fans).attend)
    assert told.uplift[0] < untold.uplift[0] < told.uplift[1]
    np.testing.assert_allclose(untold.uplift, prior(fans).uplift)


def test_the_holdout_is_believed_by_the_share_that_is_served() -> None:
    """What the trainer corrects of the held out is what scoring says of them untrained."""
    fans = replace(PriorInputs.unknown(1), follows=np.ones(1, np.bool_))
    x = np.array([[1.0, 0.0, 3.0]])
    snapshot = ModelSnapshot.untrained(NAMES)
    heads = {**snapshot.heads, "open": HeadWeights([0.0, 0.0, 0.5], -2.0, (500, 0), (50, 0))}
    served = score(msgspec.structs.replace(snapshot, heads=heads), x, fans)
    before = prior(fans)
    told = unsent_prior(
        float(served.p_attend[0]), float(before.attend[0]), float(before.attend_unsent[0]), 1.5
    )
    assert served.p_attend_unsent[0] == pytest.approx(told)
