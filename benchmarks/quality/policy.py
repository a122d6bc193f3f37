"""What a policy is, and how one lives through a world."""

from __future__ import annotations

from typing import Protocol

from streams.simulation.world.events import Events, Ints, Sends
from streams.simulation.world.world import News, World

__all__ = ["VOLUME", "Policy", "Watcher", "live_through"]

VOLUME = 0.5
"""Reminders per user and day, of every policy."""


class Policy(Protocol):
    """Decides who is reminded of what and when; sees what a company sees, and no chance."""

    def begin(self, follows: Events) -> None:
        """Learn whom everybody follows at the start."""

    def observe(self, news: News, now_ms: int) -> None:
        """Learn what happened in the tick that ends now."""

    def decide(self, now_ms: int) -> Sends:
        """Return the reminders that are sent in the tick that ends now."""

    def sent(self, numbers: Ints) -> None:
        """Learn the numbers of the reminders just sent, as feedback will name them."""


class Watcher(Protocol):
    """Looks at reminders before they reach anybody."""

    def note(self, sends: Sends) -> None:
        """Look at the reminders of a tick."""


def live_through(world: World, policy: Policy, watcher: Watcher) -> None:
    """Let a policy act in a world from its first day to its last."""
    policy.begin(world.follows())
    while world.now < world.end_ms:
        news = world.step()
        policy.observe(news, world.now)
        if world.now > world.first_ms:
            sends = policy.decide(world.now)
            watcher.note(sends)
            policy.sent(world.receive(sends))
