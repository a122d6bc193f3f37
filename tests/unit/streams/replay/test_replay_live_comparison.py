from __future__ import annotations

import numpy as np
import pytest
from planscene.reminders import invitation

from config.decision import Guardrails
from features.contracts import Reminder
from streams.replay.comparison import Comparison, Group
from streams.replay.live_comparison import LIVE_RIVALS, compare_live
from streams.replay.live_log import LiveLog, Rooms, User, live_log
from streams.replay.live_schedule import LiveStart
from streams.replay.schedule import HOUR_S

_START_S = 1_746_374_400
START = LiveStart(_START_S - HOUR_S, 2, _START_S, _START_S + HOUR_S)


def _log(visits: list[tuple[int, int, int]]) -> LiveLog:
    """Six people, room 2 of host 7, and earlier rooms of hosts 7 and 8; (second, user, room)."""
    rows = [(0, 7, 0, 9_000, -1), (1, 8, 0, 9_000, -1)]
    rooms = Rooms.of(np.array([*rows, (2, 7, _START_S, _START_S + HOUR_S, -1)], np.int64))
    acts = [(at_s * 1_000, user, room, 0, 0) for at_s, user, room in visits]
    return live_log(rooms, [User(number) for number in range(6)], np.array(acts, np.int64))


def _reminder(person: int) -> Reminder:
    return invitation(
        str(person),
        user_id=f"user-{person}",
        stream_id="room-2",
        host_id="host-7",
        send_ts=(_START_S - 600) * 1_000,
        start_ts=_START_S * 1_000,
    )


def _compared(log: LiveLog, *people: int) -> Comparison:
    reminders = [_reminder(person) for person in people]
    return compare_live(log, [START], reminders, Guardrails(), 0)


def test_attendance_is_a_visit_while_the_room_is_on() -> None:
    """The second of the start counts, and that of the end; a visit elsewhere does not."""
    before = [(_START_S - 90_000, user, 1) for user in range(6)]
    end_s = _START_S + HOUR_S
    came = [(_START_S, 0, 2), (end_s, 1, 2), (end_s + 1, 2, 2), (_START_S + 5, 3, 1)]
    found = _compared(_log([*before, *came]), 0, 1, 2, 3)
    assert found.reminded == Group(4, 2)
    assert found.eligible == Group(6, 2)
    assert found.outside == Group()


def test_rivals_choose_by_what_was_before() -> None:
    """The most active by visits of the week, the regulars by visits of the host at any time."""
    old, week = _START_S - 900_000, _START_S - 90_000
    visits = [(old + n, 1, 0) for n in range(4)] + [(week + n, 2, 1) for n in range(3)]
    visits += [(week, 3, 1), (_START_S + 9, 1, 2)]
    found = _compared(_log(visits), 3)
    assert set(found.rivals) == set(LIVE_RIVALS)
    assert found.reminded == Group(1, 0)
    assert found.rivals["most active"] == Group(1, 0)
    assert found.rivals["regulars of the host"] == Group(1, 1)
    assert found.rivals["random"].chosen == 1


@pytest.mark.parametrize(("at_s", "outside"), [(_START_S - 1_700, 1), (_START_S - 1_900, 0)])
def test_who_was_not_known_was_not_eligible(at_s: int, outside: int) -> None:
    """A reminder to somebody first seen after the window opened is called a fault."""
    found = _compared(_log([(at_s, 0, 1), (_START_S - 90_000, 1, 1)]), 0)
    assert found.outside.chosen == outside


def test_who_is_in_the_room_already_is_nobodys_choice() -> None:
    """Whoever entered before the window closed counts neither for rivals nor as eligible."""
    visits = [(_START_S - 90_000, user, 0) for user in range(3)]
    found = _compared(_log([*visits, (_START_S - 400, 1, 2), (_START_S + 5, 1, 2)]), 0)
    assert found.eligible == Group(2, 0)
