from __future__ import annotations

import numpy as np

from reminders.caps import InviteCaps
from reminders.competition import Contenders, compete
from reminders.quota import Partition, best
from reminders.settings import DecisionSettings
from reminders.suppression import REASONS, SENDABLE

DAY = 86_400


def codes_of(caps: InviteCaps, sends: list[int], at_s: int) -> str | None:
    """Return why an invitation is capped, None if it is not."""
    padded = np.array([sends + [0] * (16 - len(sends))], np.uint32)
    code = int(caps.check(padded, np.array([at_s]))[0])
    return None if code == SENDABLE else REASONS[code].value


def test_rolling_periods_include_both_ends() -> None:
    """Exactly 24 h or 7 d apart is still the same period; exactly the gap apart is apart enough."""
    caps = InviteCaps.of(DecisionSettings(max_invites_24h=1, max_invites_7d=2), 16)
    first = 1_000_000
    assert codes_of(caps, [first], first + DAY) == "cap_24h"
    assert codes_of(caps, [first], first + DAY + 1) is None
    assert codes_of(caps, [first, first + 2 * DAY], first + 7 * DAY) == "cap_7d"
    assert codes_of(caps, [first, first + 2 * DAY], first + 7 * DAY + 1) is None
    wide = InviteCaps(per_day=9, per_week=9, gap_s=7_200)
    assert codes_of(wide, [first], first + 7_199) == "min_gap"
    assert codes_of(wide, [first], first + 7_200) is None


def test_a_cap_beyond_what_a_row_keeps_is_taken_as_that() -> None:
    """No setting lets the ring of send times under-count."""
    caps = InviteCaps.of(DecisionSettings(max_invites_24h=99, max_invites_7d=99, min_gap_ms=0), 16)
    full = [1_000_000 + n for n in range(16)]
    assert codes_of(caps, full, 1_000_100) == "cap_24h"
    assert codes_of(InviteCaps.of(DecisionSettings(max_invites_24h=0), 16), [], 5) == "cap_24h"


def test_the_next_allowed_second_is_the_first_one() -> None:
    """One second earlier is forbidden, that second is not."""
    rng = np.random.default_rng(1)
    caps = InviteCaps(per_day=2, per_week=4, gap_s=3_600)
    for _ in range(200):
        times = np.sort(rng.integers(1_000_000, 1_000_000 + 8 * DAY, int(rng.integers(0, 9))))
        sends = np.zeros((1, 16), np.uint32)
        sends[0, : len(times)] = times
        now = np.array([int(times.max(initial=1_000_000)) + 1])
        free = caps.next_allowed(sends, now)
        assert caps.check(sends, free)[0] == SENDABLE
        assert free[0] == now[0] or caps.check(sends, free - 1)[0] != SENDABLE


def test_a_new_send_takes_the_place_of_the_oldest() -> None:
    """The newest times stay, and other rows as they are."""
    sends = np.array([[1, 2, 3], [7, 5, 9], [4, 0, 0]], np.uint32)
    InviteCaps.record(sends, np.array([2, 1]), np.array([12, 11]))
    assert [sorted(row) for row in sends.tolist()] == [[1, 2, 3], [7, 9, 11], [0, 4, 12]]


def contenders(users: list[int], values: list[float]) -> Contenders:
    """Return invitations of two plans in turn, due at once."""
    n = len(users)
    return Contenders(
        user_h=np.array(users, np.uint64),
        slots=np.array(users),
        plan=np.arange(n) % 2,
        send_s=np.full(n, 1_000_000),
        value=np.array(values),
        stream_h=np.arange(n, dtype=np.uint64),
        announcement=np.arange(n, dtype=np.uint64),
    )


def test_each_users_best_goes_and_ties_go_by_stream() -> None:
    """Caps let one through; of equal ones the smaller stream hash."""
    caps = InviteCaps(per_day=1, per_week=9, gap_s=0)
    sends = np.zeros((3, 16), np.uint32)
    codes = compete(contenders([1, 1, 2, 2], [0.1, 0.2, 0.3, 0.3]), sends, caps, [None, None], None)
    assert (codes == SENDABLE).tolist() == [False, True, True, False]
    assert (sends > 0).sum(axis=1).tolist() == [0, 1, 1]


def test_quota_and_credit_go_to_the_highest_values() -> None:
    """The first plan may send one more, all together two."""
    caps = InviteCaps(per_day=9, per_week=9, gap_s=0)
    everybody = contenders([0, 1, 2, 3, 4], [0.5, 0.1, 0.9, 0.2, 0.7])
    sends = np.zeros((5, 16), np.uint32)
    left: list[int | None] = [1, None]
    codes = compete(everybody, sends.copy(), caps, left, None)
    assert (codes == SENDABLE).tolist() == [False, True, True, True, False]
    assert left == [0, None]
    codes = compete(everybody, sends, caps, [None, None], 2)
    assert (codes == SENDABLE).tolist() == [False, False, True, False, True]


def test_parts_of_a_quota_add_up() -> None:
    """For any count of partitions, and nobody gets a negative part."""
    for count in (1, 3, 8):
        for quota in (0, 1, 7, 100):
            parts = [Partition(number, count).share(quota, 12345) for number in range(count)]
            assert sum(parts) == quota
            assert max(parts) - min(parts) <= 1
    chosen = best(np.array([1.0, 1.0]), np.array([9, 3], np.uint64), np.array([True, True]), 1)
    assert chosen.tolist() == [False, True]
