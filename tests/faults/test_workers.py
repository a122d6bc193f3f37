"""Workers die, are asked to go, and fall asleep, under load: nothing is lost, nothing doubled."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from random import Random

import pytest
from steady.crew import Crew, Hand, wait_for
from steady.length import LONG, ROUNDS, SEED
from steady.stage import Site, staged

WORST = (
    "outbox.before_commit:kill:9",
    "outbox.after_commit:kill:5",
    "outbox.reminders_written:kill:3",
    "outbox.begun:stop:8",
    "outbox.before_commit:stop:7",
    "restore.some_read:kill:2",
    "rebalance.assigned:kill:2",
    "rebalance.revoking:kill:1",
)
long_only = pytest.mark.skipif(not LONG, reason="make faults")


def fenced(hand: Hand) -> bool:
    """Whether a worker has found that others have taken what it had."""
    return "fenced" in hand.log


def put_to_sleep(crew: Crew, hand: Hand) -> None:
    """Stop it for longer than its session, and let it go on: a zombie, which must be fenced."""
    before = [len(one.log) for one in crew.hands]
    hand.send(signal.SIGSTOP)
    awake = [at for at, one in enumerate(crew.hands) if one is not hand]
    # Somebody who is still getting ready after an earlier assignment proves nothing.
    taken_over = re.compile(r"assigned.*ready", re.DOTALL)
    wait_for(
        lambda: any(taken_over.search(crew.hands[at].log[before[at] :]) for at in awake), crew.log
    )
    hand.send(signal.SIGCONT)
    wait_for(lambda: fenced(hand) or "revoked" in hand.log, hand.tail)


@long_only
@pytest.mark.timeout(1800)
def test_signals_at_random_moments(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    """`kill -9`, `SIGTERM`, and `SIGSTOP` beyond the session timeout, one after another."""
    rng = Random(SEED)

    def begin(crew: Crew) -> None:
        crew.hire_ready()
        crew.hire_ready()

    with staged(Site(kafka, topic_prefix, tmp_path), begin=begin) as stage:
        crew = stage.crew
        for number in range(ROUNDS):
            stage.window(number + 1)
            crew.kill(rng.choice(crew.hands))
            crew.hire_ready()
            crew.dismiss(rng.choice(crew.hands))
            crew.hire_ready()
            put_to_sleep(crew, rng.choice(crew.hands))
        stage.assert_exact()


def meet(crew: Crew, failpoint: str) -> None:
    """Let a worker come to a failpoint, while another goes on."""
    victim = crew.hire(failpoint)
    if ":stop:" in failpoint:
        wait_for(victim.is_stopped, victim.tail)
        heir = crew.hands[0]
        before = len(heir.log)
        wait_for(lambda: "ready" in heir.log[before:], crew.log)
        victim.send(signal.SIGCONT)
        wait_for(lambda: fenced(victim) or "revoked" in victim.log, victim.tail)
        crew.dismiss(victim)
        return
    if "rebalance" in failpoint or "restore" in failpoint:
        crew.dismiss(crew.hire_ready())
    victim.ends_with(-signal.SIGKILL)
    crew.hands.remove(victim)


@pytest.mark.timeout(1800)
def test_the_worst_moments(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    """Killed, or stopped for longer than a session, exactly there, one after another."""
    moments = list(WORST) * ROUNDS if LONG else ["outbox.before_commit:kill:4", WORST[4]]
    with staged(Site(kafka, topic_prefix, tmp_path)) as stage:
        stage.window(1)
        for failpoint in moments:
            meet(stage.crew, failpoint)
        stage.assert_exact()
