"""The world with known truth: the same for every policy, and as busy as real ones are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality.plain_policies import Nothing, Random
from benchmarks.quality.policy import Policy, live_through
from features.contracts import TYPE_CODE
from streams.simulation.world.attendance import turn_out
from streams.simulation.world.events import Events
from streams.simulation.world.pushes import Traces
from streams.simulation.world.verdict import judge
from streams.simulation.world.world import Scale, World

SCALE = Scale(users=400, days=3, before=2)
_QUALITY = Path(__file__).parents[2] / "benchmarks" / "quality"


class Unseen:
    """Looks at nothing."""

    def note(self, sends: object) -> None:
        """Look away."""


def lived(policy: type[Nothing] | type[Random], seed: int = 5) -> World:
    """Return a world that a policy has lived through."""
    world = World(seed, SCALE)
    acts: Policy = policy(world)
    live_through(world, acts, Unseen())
    return world


@pytest.fixture(scope="module")
def undisturbed() -> World:
    """A world without reminders."""
    return lived(Nothing)


def test_nobody_comes_because_of_reminders_where_there_are_none(undisturbed: World) -> None:
    """Without reminders, those who come are those who would come."""
    assert undisturbed.turnouts
    for turnout in undisturbed.turnouts.values():
        assert np.array_equal(turnout.came, turnout.came_without)
        assert turnout.expected == 0.0
    assert judge(undisturbed).attended.sum() > 0


def test_the_same_seed_is_the_same_world(undisturbed: World) -> None:
    """A world can be lived through again."""
    again = lived(Nothing)
    assert again.turnouts.keys() == undisturbed.turnouts.keys()
    for stream, turnout in undisturbed.turnouts.items():
        assert np.array_equal(turnout.came, again.turnouts[stream].came)


def test_reminders_change_only_what_comes_of_them(undisturbed: World) -> None:
    """Before the first reminder all worlds of a seed are alike; later most people still are."""
    disturbed = lived(Random)
    before = [
        stream
        for stream in undisturbed.turnouts
        if undisturbed.programme.start[stream] < undisturbed.first_ms
    ]
    assert before
    for stream in before:
        here, there = undisturbed.turnouts[stream], disturbed.turnouts[stream]
        assert np.array_equal(here.came, there.came)
    alike = [
        len(np.setxor1d(one.came_without, disturbed.turnouts[stream].came_without))
        for stream, one in undisturbed.turnouts.items()
    ]
    assert sum(alike) < 0.3 * sum(len(one.came) for one in undisturbed.turnouts.values())


def test_the_chances_tell_what_coins_would_on_the_average() -> None:
    """Many throws of the coins for one stream bring what the chances say of it."""
    world, people = World(5, SCALE), np.arange(SCALE.users)
    while world.now < world.first_ms:
        world.step()
    everybody, nobody = np.ones(SCALE.users, np.bool_), np.zeros(SCALE.users, np.bool_)
    traces = Traces(everybody, people % 2 == 0, people % 4 == 0, nobody)
    stream, booked = int(world.programme.ahead(world.now)[0]), people % 10 == 0
    start = int(world.programme.start[stream])
    throws = [turn_out(seed, stream, start, world.chances, traces, booked) for seed in range(400)]
    gained = np.array([len(one.came) - len(one.came_without) for one in throws])
    assert throws[0].expected > 0.3
    assert abs(gained.mean() - throws[0].expected) < 4.0 * gained.std() / len(throws) ** 0.5


def test_people_do_as_much_as_real_ones() -> None:
    """Clicks, comments, likes and gifts come at the rates of KuaiLive."""
    world = World(3, SCALE)
    parts = []
    while world.now < world.end_ms:
        parts.append(world.step().events)
    events = Events.joined(parts)
    rooms = events.room >= len(world.programme)
    count = {kind: int((events.kind[rooms] == code).sum()) for kind, code in TYPE_CODE.items()}
    days = SCALE.users * (SCALE.days + SCALE.before)
    assert 8.0 < count["watch"] / days < 11.6
    for kind, rate in (("comment", 0.040), ("like", 0.037), ("gift", 0.015)):
        assert 0.7 * rate < count[kind] / count["watch"] < 1.3 * rate


def test_people_come_back_to_hosts_as_real_ones_do() -> None:
    """About half of all clicks go to a host of the person's last 16 clicks, as in LiveRec."""
    world = World(6, Scale(users=60, days=8, before=2))
    parts = []
    while world.now < world.end_ms:
        parts.append(world.step().events)
    events = Events.joined(parts)
    clicks = events.take(np.flatnonzero(events.room >= len(world.programme))).by_time()
    clicks = clicks.take(np.flatnonzero(clicks.kind == TYPE_CODE["watch"]))
    repeats = []
    for user in range(60):
        hosts = clicks.host[clicks.user == user]
        repeats += [hosts[at] in hosts[at - 16 : at] for at in range(16, len(hosts))]
    assert len(repeats) > 2_000
    assert 0.41 < np.mean(repeats) < 0.61


def test_nothing_happens_twice_or_out_of_turn(undisturbed: World) -> None:
    """Ticks hand out events of their own ten minutes, or late ones, by time."""
    world = World(4, Scale(users=60, days=1, before=1))
    while world.now < world.end_ms:
        news = world.step()
        assert (np.diff(news.events.ts) >= 0).all()
        assert (news.events.ts <= world.now).all()


def test_no_policy_but_the_oracle_reads_a_chance() -> None:
    """Policies touch neither chances, moods nor constants of the world."""
    secret = {"chances", "mood", "constants", "turnouts", "pushes"}
    policies = [*_QUALITY.glob("*_polic*.py"), *map(_QUALITY.joinpath, _OPEN_FILES)]
    assert len(policies) >= 7
    for path in policies:
        read = {name for name in _attributes(path) if name in secret}
        assert not read, (path.name, read)


_OPEN_FILES = ("daily.py", "learned.py", "learners.py", "traits.py", "names.py", "guarded.py")


def _attributes(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            yield node.attr
