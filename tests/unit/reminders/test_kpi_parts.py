"""Parts of several partitions become one record a scope, and go when all have gone."""

from __future__ import annotations

import msgspec

from features.contracts import Kpi
from reminders.kpi import EVERYTHING, Funnel, Scope
from reminders.kpi_parts import FunnelTotals, Part, part_key

STREAM = Scope("stream", "a|b")


def totals(*said: tuple[int, Scope, Part | None]) -> FunnelTotals:
    """The totals of these parts."""
    found = FunnelTotals()
    for partition, scope, part in said:
        found.receive(part_key(partition, scope), part)
    return found


def only(reports: list[tuple[bytes, Kpi | None]], key: bytes) -> Kpi:
    """The record of a key."""
    kpi = dict(reports)[key]
    assert kpi is not None
    return msgspec.json.decode(msgspec.json.encode(kpi), type=Kpi)


def test_the_newest_parts_are_added_up() -> None:
    """Of each partition the last part counts; `to_ts` is that of the newest one."""
    found = totals(
        (0, STREAM, Part(10, Funnel(5, sent=1))),
        (1, STREAM, Part(20, Funnel(4, sent=7, opened=2, revenue=0.1))),
        (0, STREAM, Part(30, Funnel(5, sent=3, revenue=0.2))),
    )
    kpi = only(found.take_reports(), b"stream:a|b")
    assert (kpi.scope, kpi.id, kpi.from_ts, kpi.to_ts) == ("stream", "a|b", 4, 30)
    assert (kpi.sent, kpi.opened, kpi.revenue) == (10, 2, 0.3)
    assert found.take_reports() == []


def test_a_silent_channel_delivers_all_it_was_sent() -> None:
    """Until the first report of a delivery anywhere, which changes every record."""
    found = totals(
        (0, EVERYTHING, Part(1, Funnel(1, sent=10, opened=1, delivered=1))),
        (0, STREAM, Part(1, Funnel(1, sent=10, opened=1, delivered=1))),
    )
    assert only(found.take_reports(), b"stream:a|b").delivered == 10
    found.receive(part_key(1, EVERYTHING), Part(2, Funnel(1, sent=5, delivered=4, reported=4)))
    reports = found.take_reports()
    assert only(reports, b"stream:a|b").delivered == 1
    assert only(reports, b"global").delivered == 5


def test_a_scope_goes_when_every_partition_has_dropped_it() -> None:
    """What one partition has dropped still counts while another one has its part."""
    found = totals((0, STREAM, Part(1, Funnel(1, sent=1))), (1, STREAM, Part(1, Funnel(1, sent=2))))
    found.receive(part_key(0, STREAM), None)
    assert only(found.take_reports(), b"stream:a|b").sent == 3
    found.receive(part_key(1, STREAM), None)
    assert found.take_reports() == [(b"stream:a|b", None)]
    found.receive(part_key(1, STREAM), Part(9, Funnel(9, sent=4)))
    assert only(found.take_reports(), b"stream:a|b").sent == 4


def test_a_tombstone_of_an_unknown_scope_is_harmless() -> None:
    """Compaction may leave nothing but the tombstone."""
    assert totals((0, STREAM, None)).take_reports() == [(b"stream:a|b", None)]
