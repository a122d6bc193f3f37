"""A steady world, its workers, and what is compared at the end of every run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from replica.counts import restored_counts
from steady.crew import Crew, wait_for
from steady.people import now_ms
from steady.verdict import SteadyVerdict, judge_steady
from steady.wire import Line, read_all
from steady.world import Plan, SteadyWorld
from wirecheck.rules import MINUTE_MS, Rules, RungRule

__all__ = ["Site", "Stage", "staged"]

RUNG = '[{"name": "now", "opens_minutes": 10, "closes_minutes": 0, "nominal_minutes": 1}]'


@dataclass(frozen=True, slots=True)
class Stage:
    """What a test of faults acts on.

    Attributes
    ----------
    kafka : where everything is read at the end; workers may have been told another address.
    """

    kafka: str
    prefix: str
    rules: Rules
    crew: Crew
    world: SteadyWorld

    def window(self, number: int, timeout_s: float = 300.0) -> None:
        """Wait until so many windows have opened, the first is 1."""
        wait_for(
            lambda: self.world.opened >= number or not self.world.running, self.crew.log, timeout_s
        )
        if not self.world.running:
            self.world.finish()

    def clock_is_off(self, seconds: int) -> bool:
        """Whether a partition's owner believes that it is so much later than it is."""
        now = now_ms()
        off = [mark["clock_ts"] - now - seconds * 1_000 for mark in self.world.marks]
        return any(abs(one) < MINUTE_MS for one in off)

    def verdict(self, *, clocks_err: bool = False) -> SteadyVerdict:
        """Let the world come to its end, and compare everything with the reference."""
        self.world.finish()
        self.crew.check()
        topics = read_all(self.kafka, self.prefix, self.rules.partitions)
        return judge_steady(topics, self.prefix, self.rules, clocks_err=clocks_err)

    def assert_exact(self, *, complete: bool = True, clocks_err: bool = False) -> SteadyVerdict:
        """Nothing lost, doubled, late after start, or against the contract.

        Parameters
        ----------
        complete : whether at least some announcements must have reached everybody.
        clocks_err : whether workers with a slow clock may have refused what was ahead of it.
        """
        verdict = self.verdict(clocks_err=clocks_err)
        assert not verdict.violations, f"{verdict.summary()}\n{self.crew.log()}"
        counts = restored_counts(self.kafka, self.prefix, self.rules.partitions)
        assert counts == verdict.counts
        assert verdict.reminders > 0
        assert verdict.labels > 0
        assert verdict.complete > 0 or not complete, f"{verdict.missed} missed"
        return verdict


@dataclass(frozen=True, slots=True)
class Site:
    """Where a stage is put up.

    Attributes
    ----------
    workers_kafka : the address that workers are told; the same as `kafka` unless given.
    """

    kafka: str
    prefix: str
    folder: Path
    partitions: int = 4
    workers_kafka: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def staged(
    site: Site, plan: Plan | None = None, begin: Callable[[Crew], object] | None = None
) -> Iterator[Stage]:
    """Make the topics, hire the first workers, and let the world begin.

    Parameters
    ----------
    begin : hires the first workers; by default one.
    """
    environment = {
        "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": site.workers_kafka or site.kafka,
        "LIVECUE_KAFKA__SESSION_TIMEOUT_S": "6",
        "LIVECUE_KAFKA__REQUEST_TIMEOUT_S": "10",
        "LIVECUE_REDIS__URL": "",
        "LIVECUE_TOPICS__PREFIX": site.prefix,
        "LIVECUE_TOPICS__PARTITIONS": str(site.partitions),
        "LIVECUE_RUNGS": RUNG,
        "LIVECUE_DECISION__SEND_PRICE": "-1",
        "LIVECUE_DECISION__HOLDOUT_INVITE": "0",
        "LIVECUE_GUARDRAILS__MAX_INVITES_24H": "16",
        "LIVECUE_GUARDRAILS__MAX_INVITES_7D": "16",
        "LIVECUE_GUARDRAILS__MIN_GAP_MINUTES": "0",
        **site.settings,
    }
    rules = Rules(
        partitions=site.partitions,
        max_invites_24h=16,
        max_invites_7d=16,
        min_gap_ms=0,
        rungs={"now": RungRule(10 * MINUTE_MS, 0, MINUTE_MS)},
    )
    with Crew(site.folder, environment) as crew:
        made = crew.livecue("topics")
        assert made.returncode == 0, made.stderr
        (begin or Crew.hire_ready)(crew)
        line = Line(site.kafka, site.prefix, site.partitions)
        try:
            world = SteadyWorld(line, plan or Plan())
            yield Stage(site.kafka, site.prefix, rules, crew, world.start())
        finally:
            line.close()
