"""Who came to which host becomes what hosts have in common, once, and in no order."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from planscene.scene import HOUR, NOON, Scene

from features.hashing import hash64
from features.row import short_hash
from online_models.co_engagement import CoEngagement
from online_models.co_engagement_state import from_bytes, to_bytes
from online_models.errors import ModelStateError
from reminders.visits import MOST_VISITS, Visits, learn_visits, visits_of

HOST, OTHER = short_hash(hash64("host")), short_hash(hash64("other"))


def _scene(*users: str) -> Scene:
    """Users who watch the other host, and a stream of this one."""
    scene = Scene()
    scene.stream(NOON + HOUR)
    rows = scene.state.users.rows
    for user in users:
        slot = scene.slot(user)
        rows["host_h"][slot, :2] = OTHER, HOST
        rows["host_w"][slot, :2], rows["host_ts"][slot, :2] = 1.0, (NOON - HOUR) // 1_000
        rows["last_ts"][slot] = NOON
    return scene


def _visits(scene: Scene) -> Visits | None:
    return visits_of(scene.state, scene.board, 0)


def test_the_first_visit_to_a_stream_counts_once() -> None:
    """With the visitor's other hosts, how strong the ties are and when they were seen."""
    scene = _scene("ann")
    scene.touch("ann", "enter", ts=NOON)
    visits = _visits(scene)
    assert visits is not None
    assert np.frombuffer(visits.hosts, "<u4").tolist() == [HOST]
    assert np.frombuffer(visits.past, "<u4")[:3].tolist() == [OTHER, 0, 0]
    assert np.frombuffer(visits.strengths, "<f4")[0] == pytest.approx(0.5)
    scene.touch("ann", "watch", ts=NOON + 1)
    assert _visits(scene) is None


def test_who_refuses_personalization_is_not_looked_at() -> None:
    """Nor is a visit to a stream that nobody announced, nor one of a user who was erased."""
    scene = _scene("ann", "bob", "eve")
    scene.says("ann", consent_personalization=False)
    scene.touch("ann", "enter")
    scene.touch("bob", "enter", stream="unknown")
    scene.touch("eve", "enter")
    scene.state.forget("eve", 9, 9)
    assert _visits(scene) is None


def test_many_visits_are_a_sample_that_stands_for_all() -> None:
    """By hash of user and stream, so that the same ones are chosen anywhere."""
    users = [f"u{n}" for n in range(3 * MOST_VISITS // 2)]
    scene, again = _scene(*users), _scene(*users[::-1])
    for user in users:
        scene.touch(user, "enter", ts=NOON)
        again.touch(user, "enter", ts=NOON)
    visits, others = _visits(scene), _visits(again)
    assert visits is not None
    assert visits == others
    assert len(visits) == MOST_VISITS
    assert np.frombuffer(visits.weights, "<f4").sum() == pytest.approx(len(users), rel=1e-5)


def _taught(*batches: Visits) -> CoEngagement:
    model = CoEngagement(max_items=64, neighbours=16)
    learn_visits(model, batches)
    return model


def test_batches_in_any_order_teach_the_same() -> None:
    """To the last bit, so that the number of workers does not matter."""
    batches = []
    for number in range(4):
        users = [f"u{number}-{n}" for n in range(20)]
        scene = _scene(*users)
        for user in users:
            scene.touch(user, "enter", ts=NOON + number)
        visits = _visits(scene)
        assert visits is not None
        batches.append(msgspec.msgpack.decode(msgspec.msgpack.encode(visits), type=Visits))
    assert to_bytes(_taught(*batches)) == to_bytes(_taught(*batches[::-1]))
    near = _taught(*batches).neighbourhood(HOST, NOON)
    assert near.keys.tolist() == [] or near.keys.tolist() == [OTHER]


def test_a_stored_model_goes_on_bit_for_bit() -> None:
    """Known items, their pairs and clocks come back."""
    rng = np.random.default_rng(3)
    model = CoEngagement(max_items=64, neighbours=16)

    def teach(each: CoEngagement, seed: int) -> None:
        draw = np.random.default_rng(seed)
        for ts in range(200):
            past = draw.integers(0, 40, 4).astype(np.uint64)
            each.learn_one(int(draw.integers(1, 40)), 1.0, ts * HOUR, past, np.ones(4), past)

    teach(model, 1)
    other = from_bytes(to_bytes(model))
    assert to_bytes(other) == to_bytes(model)
    for each in (model, other):
        teach(each, 2)
    assert to_bytes(other) == to_bytes(model)
    item = int(rng.choice(model.keys))
    ours, theirs = (each.neighbourhood(item, 0) for each in (model, other))
    assert ours.keys.tolist() == theirs.keys.tolist()
    assert ours.together.tolist() == theirs.together.tolist()


@pytest.mark.parametrize("data", [b"", b"\x90", msgspec.msgpack.encode([9] + [b""] * 12)])
def test_what_is_no_model_is_refused(data: bytes) -> None:
    """With a sentence, not a crash of something else."""
    with pytest.raises(ModelStateError):
        from_bytes(data)
