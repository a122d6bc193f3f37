"""The demo: servers, topics, a worker and a population, until it is time to stop."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config import load_settings, topics
from features.errors import LivecueError
from streams.admin_client import connect_admin
from streams.configured_kafka import configured_topics, event_producer
from streams.demo.demo_worker import DemoWorker
from streams.demo.display import Display
from streams.demo.ending import Ending
from streams.demo.play import play
from streams.embedded import servers
from streams.embedded.ports import free_ports
from streams.simulation.barrier import TickBarrier
from streams.simulation.run import FIRST_TICK_TS, STEP_MS, TopicRun
from streams.simulation.wire.wire_world import WireWorld

if TYPE_CHECKING:
    from config import Settings

__all__ = ["DemoPlan", "run_demo"]

_PARTITIONS = 4
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """What the demo shows.

    Attributes
    ----------
    seconds : how long reminders are shown; 0 until ctrl-C.
    users, hosts, seed : of the population.
    history_days : days that people have lived through before the first tick.
    """

    seconds: float
    users: int = 1_000
    hosts: int = 120
    seed: int = 1
    history_days: int = 3


def run_demo(plan: DemoPlan, display: Display, say: Say) -> None:
    """Run the demo to its end.

    Raises
    ------
    LivecueError
        A server or the worker does not start, or dies.
    """
    own = {
        "LIVECUE_TOPICS__PARTITIONS": str(_PARTITIONS),
        "LIVECUE_APP_ID": f"livecue-demo-{secrets.token_hex(4)}",
        "LIVECUE_CLOCK": "topic",
    }
    base = load_settings()
    if not base.http.port:
        own["LIVECUE_HTTP__PORT"] = str(free_ports(1)[0])
    own["LIVECUE_TOPICS__PREFIX"] = f"{base.topics.prefix}{own['LIVECUE_APP_ID'][-13:]}."
    say("starting Kafka and Valkey")
    with servers(base, say=say) as found:
        if found.kafka is not None:
            own["LIVECUE_KAFKA__BOOTSTRAP_SERVERS"] = found.bootstrap_servers
        if found.valkey is not None:
            own["LIVECUE_REDIS__URL"] = found.valkey.url
        settings = load_settings({**os.environ, **own})
        with _own_topics(settings, passing=found.kafka is not None), DemoWorker(own) as worker:

            def alive() -> None:
                worker.check()
                if (dead := found.dead) is not None:
                    raise LivecueError(f"{dead} ended by itself")

            _show(plan, settings, display, say, alive)


@contextmanager
def _own_topics(settings: Settings, *, passing: bool) -> Iterator[None]:
    """Topics for this demo alone; removed at its end unless their broker passes away anyway."""
    configured_topics(settings, create=True)
    try:
        yield
    finally:
        if not passing:
            with suppress(LivecueError), connect_admin(settings.kafka, timeout_s=5) as admin:
                admin.delete_topics([topic.name for topic in topics(settings).values()])


def _show(
    plan: DemoPlan, settings: Settings, display: Display, say: Say, alive: Callable[[], None]
) -> None:
    world = WireWorld(
        plan.seed,
        plan.users,
        plan.hosts,
        first_ts=FIRST_TICK_TS,
        history_days=plan.history_days,
        tick_ms=STEP_MS,
    )
    say(f"{plan.users:,} people live through {plan.history_days} days before the first tick")
    with (
        Ending(plan.seconds) as ending,
        event_producer(settings) as producer,
        TickBarrier(settings.kafka, settings.topics.prefix, settings.topics.partitions) as barrier,
    ):
        run = TopicRun(world, producer, barrier)
        run.begin()
        pages = f"http://{settings.http.host}:{settings.http.port}"
        say(f"the worker takes its partitions; its metrics are at {pages}/metrics")
        play(run, world, display, ending, alive=alive)
