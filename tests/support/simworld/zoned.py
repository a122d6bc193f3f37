"""A world whose people live in thirty zones."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from simworld.spec import SimulatedRecord
from simworld.world import World

__all__ = ["ZONES", "Zoned"]

ZONES = (
    *("Asia/Shanghai", "Europe/London", "Europe/Berlin", "America/New_York", "UTC"),
    *("America/Los_Angeles", "Australia/Lord_Howe", "Pacific/Chatham", "Asia/Kathmandu"),
    *("Asia/Kolkata", "America/St_Johns", "Australia/Adelaide", "Africa/Casablanca"),
    *("Asia/Tehran", "Pacific/Kiritimati", "Pacific/Apia", "Africa/Cairo", "America/Sao_Paulo"),
    *("Asia/Tokyo", "Asia/Yangon", "Australia/Eucla", "Pacific/Marquesas", "America/Havana"),
    *("America/Santiago", "Europe/Dublin", "Asia/Gaza", "Antarctica/Troll", "Pacific/Honolulu"),
    *("America/Phoenix", "Asia/Colombo"),
)


class Zoned:
    """The same world, but for where everybody is, which follows from their id."""

    def __init__(self, world: World) -> None:
        self._world = world

    def ticks(self) -> list[int]:
        """All ticks, epoch ms."""
        return self._world.ticks()

    def until(self, ts: int) -> list[SimulatedRecord]:
        """What is written up to and with `ts` and was not given before."""
        return [_moved(one) for one in self._world.until(ts)]

    def show(self, reminders: Iterable[dict[str, Any]], now: int) -> None:
        """Let people answer."""
        self._world.show(reminders, now)


def _moved(one: SimulatedRecord) -> SimulatedRecord:
    value = one.value
    if one.topic != "profiles" or one.bad or not isinstance(value, dict):
        return one
    if "timezone" not in value:
        return one
    zone = ZONES[zlib.crc32(one.key.encode()) % len(ZONES)]
    return replace(one, value={**value, "timezone": zone})
