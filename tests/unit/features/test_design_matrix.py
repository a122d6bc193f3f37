from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from features.crowd import Crowd, crowd_of
from features.decay import DAY_MS
from features.design import design_of
from features.hashing import FloatArray, hash64
from features.registry import FEATURE_INDEX, FEATURE_NAMES, FEATURES
from features.row import PERSONALIZATION_OK, short_hash
from features.state import UserState
from features.stream_context import StreamContext
from features.update import record_sends

NOW = 1_790_000_000_000
HOUR_MS = 3_600_000
Apply = Callable[..., None]


@dataclass(frozen=True)
class Rung:
    opens_ms: int = 4 * HOUR_MS
    closes_ms: int = HOUR_MS
    nominal_ms: int = 2 * HOUR_MS


STREAM = StreamContext(
    stream_h=hash64("s"),
    host_h=hash64("h"),
    category_h=hash64("food"),
    content=np.eye(32, dtype=np.float32)[0],
    start_ts=NOW + 4 * HOUR_MS,
    crowd=Crowd(3.0),
    has_products=True,
)
KNOWN = {"s": ("h", "food", np.eye(32, dtype=np.float32)[0])}


def line(
    state: UserState, user_id: str = "ann", stream: StreamContext = STREAM, now: int = NOW
) -> dict[str, float]:
    """Return the features of one user by name."""
    slots = state.users.slots_of([user_id], create=False)
    values = design_of(state, slots, stream, Rung(), now).x
    return dict(zip(FEATURE_NAMES, values[0].tolist(), strict=True))


def crowd(state: UserState, act: Apply, report: Apply) -> None:
    """Bring in users who did a little of everything."""
    types = ["watch", "like", "purchase", "gift", "follow", "reserve", "search", "app_open"]
    for n in range(40):
        event = {"user_id": f"u{n}", "stream_id": "s", "host_id": f"h{n % 3}", "query": "q"}
        act(
            *[
                {**event, "type": types[(n + k) % 8], "ts": NOW - n * 9 * HOUR_MS * k, "amount": n}
                for k in range(6)
            ],
            known=KNOWN,
        )
        report({"type": "delivered", "ts": NOW - n * HOUR_MS, "user_id": f"u{n}"})
    state.users.apply_profile_update(3, 1, {"categories": ["food"]})
    state.users.apply_profile_update(4, 1, {"consent.personalization": False})


def test_every_value_is_finite_and_within_its_bounds(
    state: UserState, act: Apply, report: Apply
) -> None:
    """Now, later, and at a time before the events."""
    crowd(state, act, report)
    for now in (NOW, NOW + 400 * DAY_MS, 0):
        matrix = design_of(state, state.users.live_slots(), STREAM, Rung(), now).x
        assert matrix.shape == (40, len(FEATURES))
        for feature, column in zip(FEATURES, matrix.T, strict=True):
            assert np.isfinite(column).all(), feature.name
            assert column.min() >= feature.low, feature.name
            assert column.max() <= feature.high, feature.name


def test_a_stranger_has_the_defaults(state: UserState) -> None:
    """Nobody's behaviour is what the registry says."""
    state.users.slots_of(["ann"], create=True)
    found = line(state)
    assert found == {
        feature.name: feature.default if feature.behaviour else found[feature.name]
        for feature in FEATURES
    }


def test_a_line_does_not_depend_on_the_company(state: UserState, act: Apply, report: Apply) -> None:
    """Bit by bit the same alone, among others, and in another order."""
    crowd(state, act, report)
    slots = state.users.live_slots()
    whole = design_of(state, slots, STREAM, Rung(), NOW).x
    assert np.array_equal(design_of(state, slots[::-1], STREAM, Rung(), NOW).x, whole[::-1])
    alone = [design_of(state, slots[n : n + 1], STREAM, Rung(), NOW).x[0] for n in range(40)]
    assert np.array_equal(np.array(alone), whole)


def test_many_users_are_done_in_parts(state: UserState) -> None:
    """More users than one part holds."""
    slots = state.users.slots_of([f"u{n}" for n in range(9_000)], create=True)
    matrix = design_of(state, slots, STREAM, Rung(), NOW).x
    assert np.array_equal(matrix, np.repeat(matrix[:1], 9_000, axis=0))


def test_without_personalization_no_behaviour_shows(
    state: UserState, act: Apply, report: Apply
) -> None:
    """Two users with different pasts look alike; follow and reservation stay."""
    crowd(state, act, report)
    act({"type": "follow", "host_id": "h", "ts": NOW, "user_id": "u4"})
    found = line(state, "u4")
    assert found["follows_host"] == 1.0
    for feature in FEATURES:
        if feature.behaviour:
            assert found[feature.name] == feature.default, feature.name


def test_ties_to_the_host_show(state: UserState, act: Apply) -> None:
    """Follow, watch and reservation of this stream, with the time since."""
    act(
        {"type": "follow", "host_id": "h", "ts": NOW - 2 * DAY_MS},
        {"type": "watch", "stream_id": "x", "host_id": "h", "ts": NOW - DAY_MS},
        {"type": "reserve", "stream_id": "s", "host_id": "h", "ts": NOW - 3 * DAY_MS},
        {"type": "like", "host_id": "other", "ts": NOW - DAY_MS},
    )
    found = line(state)
    weight = 0.3 * 0.5 ** (2 / 30) + 0.5 * 0.5 ** (1 / 30) + 1.5 * 0.5 ** (3 / 30)
    assert found["follows_host"] == 1.0
    assert found["reserved"] == 1.0
    assert found["host_affinity"] == pytest.approx(weight / (1 + weight), rel=1e-5)
    assert 0.8 < found["host_share"] < 1.0
    assert found["host_recency_1d"] == pytest.approx(np.exp(-1.0))
    assert line(state, stream=replace(STREAM, host_h=hash64("none")))["host_affinity"] == 0.0


def test_unknown_host_and_category_match_nothing(state: UserState, act: Apply) -> None:
    """Free places hold 0, and so does a stream without host: no match."""
    act({"type": "like", "host_id": "h", "ts": NOW})
    found = line(state, stream=replace(STREAM, host_h=0, category_h=0))
    for name in ("host_affinity", "host_share", "category_affinity", "declared_category"):
        assert found[name] == 0.0, name


def test_declared_categories_show(state: UserState) -> None:
    """Named, or others named."""
    slots = state.users.slots_of(["ann", "bob"], create=True).tolist()
    state.users.apply_profile_update(slots[0], 1, {"categories": ["toys", "food"]})
    state.users.apply_profile_update(slots[1], 1, {"categories": ["toys"]})
    assert (line(state)["declared_category"], line(state)["declared_other"]) == (1.0, 0.0)
    other = line(state, "bob")
    assert (other["declared_category"], other["declared_other"]) == (0.0, 1.0)


def test_presence_at_the_start_beats_the_average(state: UserState, act: Apply) -> None:
    """Who is there at that hour of weekdays has more than 0.5, who is there at night less."""
    start = STREAM.start_ts
    act(*[{"type": "app_open", "ts": start - week * 7 * DAY_MS} for week in range(1, 9)])
    act(
        *[
            {"type": "app_open", "ts": start - week * 7 * DAY_MS + 12 * HOUR_MS, "user_id": "bob"}
            for week in range(1, 9)
        ]
    )
    assert line(state)["activity_start"] > 0.8
    assert line(state, "bob")["activity_start"] < 0.5


def test_content_is_compared_by_direction(state: UserState, act: Apply) -> None:
    """The cosine does not grow with the time watched, the evidence does."""
    event = {"type": "watch", "stream_id": "s", "ts": NOW, "dwell_ms": 600_000}
    act(event, known=KNOWN)
    act(*[{**event, "user_id": "bob"}] * 20, known=KNOWN)
    assert line(state)["content_cosine"] == pytest.approx(1.0)
    assert line(state, "bob")["content_cosine"] == pytest.approx(1.0)
    assert line(state, "bob")["content_evidence"] > line(state)["content_evidence"] > 0.0


def test_weariness_shows(state: UserState, act: Apply, report: Apply) -> None:
    """Sends, openings, and the newest invitations of the ring."""
    act({"type": "app_open", "ts": NOW})
    slots = state.users.slots_of(["ann"], create=False)
    about = np.array([hash64("food"), hash64("toys"), hash64("food"), 0], np.uint64)
    record_sends(state, np.repeat(slots, 4), np.full(4, NOW), about)
    report({"type": "opened", "ts": NOW})
    state.users.rows["sends"][slots[0], :3] = [NOW // 1000, NOW // 1000 - 90_000, 5]
    found = line(state)
    assert found["sent_7d"] == pytest.approx(np.log(5.0) / 3.0)
    assert found["open_rate"] == pytest.approx(1.2 / 6.0)
    assert found["dismiss_rate"] == pytest.approx(0.2 / 6.0)
    assert found["invites_24h"] == pytest.approx(1 / 3)
    assert found["invites_7d"] == pytest.approx(0.2)
    assert found["category_offered"] == 2 / 8


def test_popularity_counts_recent_watchers(state: UserState, act: Apply) -> None:
    """Per 1,000 users, halved each week; who only followed is no watcher."""
    for n in range(4):
        state.users.slots_of([f"u{n}"], create=True)
    act({"type": "watch", "stream_id": "s", "host_id": "h", "ts": NOW, "user_id": "u1"})
    act(
        {"type": "watch", "stream_id": "s", "host_id": "h", "ts": NOW - 7 * DAY_MS, "user_id": "u2"}
    )
    act({"type": "follow", "host_id": "h", "ts": NOW, "user_id": "u3"})
    hosts = (hash64("h"), hash64("none"), 0)
    found = [crowd_of(state, 0, host, NOW).popularity for host in hosts]
    assert found == pytest.approx([1000 * 1.5 / 4, 0.0, 0.0], rel=1e-6)


def test_names_are_unique_and_indexed() -> None:
    """A name leads to its column."""
    assert len(set(FEATURE_NAMES)) == len(FEATURES)
    assert [FEATURES[FEATURE_INDEX[name]].name for name in FEATURE_NAMES] == list(FEATURE_NAMES)


def test_more_of_a_count_is_more(state: UserState, act: Apply) -> None:
    """Counts grow with what is done and fade with time."""

    def of(now: int) -> FloatArray:
        return np.array([line(state, now=now)[name] for name in ("watch_1d", "watch_30d")])

    act({"type": "watch", "stream_id": "x", "ts": NOW})
    before = of(NOW)
    act({"type": "enter", "stream_id": "x", "ts": NOW})
    assert (of(NOW) > before).all()
    assert (of(NOW + DAY_MS) < of(NOW)).all()


def test_hosts_of_the_same_people_are_near(state: UserState, act: Apply) -> None:
    """What binds the host to the user's, as somebody else measures it; none without."""

    class Near:
        def scores(self, past: Any, weights: Any, when: Any) -> FloatArray:
            """Return the strongest tie to host g."""
            bound = past == short_hash(hash64("g"))
            return np.asarray(3.0 * (weights * bound * (when > 0)).max(axis=1))

    act({"type": "watch", "stream_id": "x", "host_id": "g", "ts": NOW, "dwell_ms": 9_000_000})
    act({"type": "app_open", "ts": NOW, "user_id": "bob"})
    near = replace(STREAM, near=Near())
    strength = line(state)["co_watched"]
    assert strength == 0.0
    strength, stranger = line(state, stream=near)["co_watched"], line(state, "bob", near)
    assert 0.5 < strength < 0.75
    assert stranger["co_watched"] == 0.0
    state.users.rows["flags"] &= ~np.uint16(PERSONALIZATION_OK)
    assert line(state, stream=near)["co_watched"] == 0.0


def test_a_taste_like_that_of_reservers_shows(state: UserState, act: Apply) -> None:
    """The cosine with their mean vector."""
    act({"type": "watch", "stream_id": "s", "ts": NOW}, known=KNOWN)
    for axis, expected in ((0, 1.0), (1, 0.0)):
        mean = np.eye(32, dtype=np.float16)[axis].tobytes()
        found = line(state, stream=replace(STREAM, crowd=Crowd(reservers=mean)))
        assert found["reserver_cosine"] == pytest.approx(expected, abs=1e-6)


def test_rhythms_tell_at_which_hours_people_look(state: UserState, act: Apply) -> None:
    """Who looks at the hour of the start has its waves; half a day apart the first is turned."""
    start, many = STREAM.start_ts, 200
    act(*[{"type": "app_open", "ts": start - 7 * DAY_MS + n} for n in range(many)])
    before = 12 * HOUR_MS
    act(
        *[
            {"type": "app_open", "ts": start - 7 * DAY_MS - before + n, "user_id": "bob"}
            for n in range(many)
        ]
    )
    ann, bob = line(state), line(state, "bob")
    hour = np.array([ann["start_sin"], ann["start_cos"]])
    assert np.hypot(*hour) == pytest.approx(1.0)
    for found, sign in ((ann, 1.0), (bob, -1.0)):
        once = np.array([found["rhythm_sin1_start_sin"], found["rhythm_cos1_start_cos"]])
        assert once == pytest.approx(sign * 3.0 * hour**2, abs=0.6)
    twice = ann["rhythm_cos2_start_cos"]
    assert twice == pytest.approx(bob["rhythm_cos2_start_cos"], abs=0.05)
    assert twice == pytest.approx(3.0 * (hour[1] ** 2 - hour[0] ** 2) * hour[1], abs=1.1)


def test_the_hour_of_the_start_is_the_users_own(state: UserState) -> None:
    """Half the world away it is the other half of the day."""
    slots = state.users.slots_of(["ann", "bob"], create=True).tolist()
    state.users.apply_profile_update(slots[0], 1, {"timezone": "Asia/Tokyo"})
    state.users.apply_profile_update(slots[1], 1, {"timezone": "Etc/GMT+3"})
    ann, bob = line(state), line(state, "bob")
    for name in ("start_sin", "start_cos"):
        assert ann[name] == pytest.approx(-bob[name])
