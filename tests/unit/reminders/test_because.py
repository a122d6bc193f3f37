"""Reasons are true: without the named cause the score would be lower."""

from __future__ import annotations

import numpy as np
import pytest
from planscene.models import hopeful
from planscene.scene import HOUR, MINUTE, NOON, SNAPSHOT, Scene

from features.contracts import StreamRecord
from features.hashing import hash64
from features.row import short_hash
from online_models.neighbourhood import Neighbourhood
from online_models.snapshot import ModelSnapshot
from reminders.causes import causes_of, hosts_behind
from reminders.decision import DueGroup
from reminders.planner import Planner
from reminders.reasons import REASON_CODES, reasons_for

START = NOON + 30 * HOUR
HOST, NEAR, NEARER, FAR = (short_hash(hash64(name)) for name in ("host", "near", "nearer", "far"))


class Town(Scene):
    """A scene in which it is known which hosts are near this one."""

    def __init__(self) -> None:
        super().__init__(min_gap_ms=0, send_price=0.002)
        keys = np.array([NEAR, NEARER], np.uint64)
        bonds = np.array([5.0, 20.0])
        self.planner = Planner(self.settings)
        self.planner.neighbours.tell(Neighbourhood(HOST, keys, bonds, bonds * 0.0, 0.0))
        self.stream(START)
        self.stream(START + 90 * HOUR, stream="t", host_id="nearer", host_name="Nora")

    def watches(self, user: str, *hosts: int) -> None:
        """Let a user have watched hosts, all alike."""
        slot, rows = self.slot(user), self.state.users.rows
        for place, host in enumerate(hosts):
            rows["host_h"][slot, place], rows["host_w"][slot, place] = host, 1.0
            rows["host_ts"][slot, place] = (NOON - HOUR) // 1_000
        rows["last_ts"][slot] = NOON - HOUR

    def groups(self) -> list[DueGroup]:
        """What is sent about the stream."""
        ticks = range(NOON, START - 18 * HOUR, 30 * MINUTE)
        groups = [group for now in ticks for group in self.tick(now).groups]
        return [group for group in groups if group.stream.stream_id == "s"]


def _score(snapshot: ModelSnapshot, *hosts: int) -> float:
    town = Town()
    town.snapshot = snapshot
    town.watches("ann", *hosts)
    town.follow("ann")
    (group,) = town.groups()
    return float(group.score[0])


def _told(town: Town, snapshot: ModelSnapshot, locale: str) -> list[tuple[str, str]]:
    (group,) = town.groups()
    strength, holds = causes_of(group, snapshot)
    others = hosts_behind(group, town.state).map(town.board.host_name)
    record = StreamRecord(stream_id="s", ts=1, status="scheduled", host_name="Hugo")
    personal = np.ones(len(group), np.bool_)
    (told,) = reasons_for(strength, holds, personal, [locale], record, others)
    return [(reason.code, reason.text) for reason in told.reasons]


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_host_that_speaks_most_is_named(locale: str) -> None:
    """By the name on the board."""
    town = Town()
    town.watches("ann", FAR, NEAR, NEARER)
    said = {"zh-CN": "因为你看Nora", "en": "Because you watch Nora"}[locale]
    assert _told(town, SNAPSHOT, locale) == [("co_watched", said)]


def test_a_host_that_the_board_does_not_know_is_not_named() -> None:
    """Its id is nobody's business."""
    town = Town()
    town.watches("ann", NEAR)
    assert _told(town, SNAPSHOT, "en") == [("co_watched", "Because you watch similar hosts")]


@pytest.mark.parametrize("snapshot", [SNAPSHOT, hopeful()], ids=["untrained", "trained"])
def test_without_the_named_host_the_score_is_lower(snapshot: ModelSnapshot) -> None:
    """And lower than without any other one; a host that is not near changes nothing."""
    every = _score(snapshot, FAR, NEAR, NEARER)
    without = {host: _score(snapshot, *({FAR, NEAR, NEARER} - {host})) for host in (NEAR, NEARER)}
    if snapshot is SNAPSHOT:
        assert without[NEARER] < without[NEAR] < every
        assert _score(snapshot, NEAR, NEARER) >= every
    else:
        assert without[NEARER] <= every


def test_a_stranger_is_told_nothing_of_hosts() -> None:
    """Who watches none of them."""
    town = Town()
    town.watches("ann", FAR)
    town.follow("ann")
    assert [code for code, _ in _told(town, SNAPSHOT, "en")] == ["follows_host"]


def test_who_only_follows_a_host_is_not_told_to_have_watched_them() -> None:
    """Though a model has learned that the weight of a follow counts."""
    town = Town()
    town.snapshot = hopeful(host_affinity=1.0)
    slot, rows = town.slot("ann"), town.state.users.rows
    rows["host_h"][slot, 0], rows["host_w"][slot, 0] = HOST, 1.0
    rows["last_ts"][slot] = NOON - HOUR
    town.follow("ann")
    assert [code for code, _ in _told(town, town.snapshot, "en")] == ["follows_host"]


@pytest.mark.parametrize(("host", "new"), [(HOST, False), (NEAR, True)])
def test_only_who_does_not_know_the_host_is_told_of_something_new(host: int, new: bool) -> None:
    """Whatever is tried on them, a minute or a picture: they have been there."""
    town = Town()
    town.watches("ann", host)
    assert _tries(town) is new


def test_what_a_follower_is_sent_is_not_called_new() -> None:
    """They chose the host."""
    town = Town()
    town.follow("ann")
    assert not _tries(town)


def _tries(town: Town) -> bool:
    (group,) = town.groups()
    group.explore[:] = True
    _, holds = causes_of(group, SNAPSHOT)
    return bool(holds[0, REASON_CODES.index("exploring")])
