"""What the world's people, hosts, streams and copies are called on the wire."""

from __future__ import annotations

from streams.simulation.world.population import LOCALES
from streams.simulation.world.world import World

__all__ = ["Ids", "copy_number"]

_DAY_MS = 86_400_000


class Ids:
    """Ids by number, and back; streams of worlds that begin on other days have others.

    Attributes
    ----------
    users, hosts : ids by number.
    """

    def __init__(self, world: World) -> None:
        self.users = [f"u-{number:06d}" for number in range(len(world.people))]
        self.hosts = [f"h-{number:03d}" for number in range(len(world.hosts))]
        self._user_of = {user_id: number for number, user_id in enumerate(self.users)}
        self._streams = len(world.programme)
        self._begin_day = world.begin_ms // _DAY_MS

    def stream(self, number: int) -> str:
        """Return the id of an announced stream, or of a room that nobody announced."""
        if number < self._streams:
            return f"s-{self._begin_day}-{number}"
        return f"room-{self._begin_day}-{number - self._streams}"

    def user_number(self, user_id: str) -> int | None:
        """Return a person's number; None for who is not of this world."""
        return self._user_of.get(user_id)

    def stream_number(self, stream_id: str) -> int | None:
        """Return an announced stream's number; None for what is not of this world."""
        world, _, number = stream_id.rpartition("-")
        known = world == f"s-{self._begin_day}" and number.isdigit()
        return int(number) if known and int(number) < self._streams else None


def copy_number(copy_id: str | None) -> int:
    """Return the number of one of our copies within its language; built-in ones are the first.

    >>> copy_number("zh-CN-2"), copy_number("zh-builtin"), copy_number(None)
    (2, 0, 0)
    """
    locale, _, number = (copy_id or "").rpartition("-")
    return int(number) if locale in LOCALES and number.isdigit() else 0
