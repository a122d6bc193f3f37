"""What a reminder is worth: purchases and reservations count, and variety in competition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from planscene.scene import HOUR, MINUTE, NOON, Scene

from features.contracts import Product
from features.hashing import hash64
from features.offered import note_offers

START = NOON + 30 * HOUR
BOOT = [Product(product_id="p", name="Boot")]


def _value(purchase_worth: float, **stream: Any) -> float:
    scene = Scene(min_gap_ms=0, purchase_worth=purchase_worth)
    scene.follow("ann")
    scene.stream(START, **stream)
    ticks = range(NOON, START - 18 * HOUR, 30 * MINUTE)
    (group,) = [group for now in ticks for group in scene.tick(now).groups]
    return float(group.value[0])


def test_a_purchase_is_worth_something_where_something_is_sold() -> None:
    """In proportion to p(purchase | attend) and to what a purchase is worth."""
    plain = _value(5.0)
    assert _value(0.0, products=BOOT) == plain
    once, twice = _value(5.0, products=BOOT), _value(10.0, products=BOOT)
    assert once > plain
    assert twice - once == pytest.approx(once - plain)


def _worth_of_ann(reserve_worth: float, *, reserves: bool) -> tuple[str, float]:
    """The intent and the value of the first reminder that ann is sent."""
    scene = Scene(min_gap_ms=0, reserve_worth=reserve_worth)
    scene.follow("ann")
    if reserves:
        scene.touch("ann", "reserve")
    scene.stream(START)
    ticks = range(NOON, START - 18 * HOUR, 30 * MINUTE)
    (group,) = [group for now in ticks for group in scene.tick(now).groups]
    return group.intent, float(group.value[0])


def test_a_reservation_by_an_invitation_is_worth_something() -> None:
    """In proportion to p(reserve) and to what it is worth: a follower's, by the prior, 3 %."""
    none, one, two = (_worth_of_ann(worth, reserves=False) for worth in (0.0, 1.0, 2.0))
    assert (none[0], one[0], two[0]) == ("invite",) * 3
    assert one[1] - none[1] == pytest.approx(0.03)
    assert two[1] - one[1] == pytest.approx(0.03)


def test_who_has_reserved_has_no_reservation_to_give() -> None:
    """A reminder to attend is worth the same, whatever reservations are worth."""
    none, much = (_worth_of_ann(worth, reserves=True) for worth in (0.0, 100.0))
    assert none[0] == "attend"
    assert none == much


def test_a_stranger_is_invited_for_the_reservation_alone() -> None:
    """Where it is worth more than the price; nobody is by default."""
    sent = {}
    for worth in (0.0, 2.0):
        scene = Scene(min_gap_ms=0, reserve_worth=worth)
        scene.slot("bob")
        scene.stream(START)
        scene.run(START - 18 * HOUR)
        sent[worth] = [user for user, *_ in scene.sent]
    assert sent == {0.0: [], 2.0: ["bob"]}


def _first_sent(variety: float, offered: list[str]) -> str:
    """What ann is sent of two streams that may go at the same minute, one a little better."""
    scene = Scene(variety=variety, max_invites_24h=1)
    scene.follow("ann", host="cook")
    scene.follow("ann", host="toymaker")
    scene.says("ann", categories=["food"])
    categories = np.array([hash64(name) for name in offered], np.uint64)
    slots = np.full(len(categories), scene.slot("ann"))
    note_offers(scene.state.users.rows, slots, categories)
    scene.stream(START, "a", host_id="cook", category="food")
    scene.stream(START, "b", host_id="toymaker", category="toys")
    scene.run(START - 18 * HOUR)
    return scene.sent[0][1]


def test_what_was_offered_lately_gives_way() -> None:
    """The better stream goes first, unless its category was offered over and over."""
    assert _first_sent(0.85, []) == "a"
    assert _first_sent(0.85, ["food"] * 6) == "b"
    assert _first_sent(1.0, ["food"] * 6) == "a"


def test_sends_are_remembered_by_category() -> None:
    """So that the next ones know."""
    scene = Scene(min_gap_ms=0)
    scene.follow("ann")
    scene.stream(START, category="food")
    scene.run(START)
    offered = scene.state.users.rows["offered_h"][scene.slot("ann")]
    assert offered[:3].tolist() == [hash64("food") & 0xFFFFFFFF] * 3
