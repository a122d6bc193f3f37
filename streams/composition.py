"""From settings to the parts of a worker: where plain values enter the pure packages."""

from __future__ import annotations

from config import Settings
from config.decision import Experiment
from config.values import QuietHours
from features.decode.quiet_hours import minute_of_day
from features.embedding import HashedNgramEmbedder
from features.hashing import hash64
from features.registry import FEATURE_NAMES
from features.semantic import SemanticEmbedder
from features.state import UserState
from features.stream_text import stream_text
from features.user_table import UserTable
from features.zones import Zones
from online_models.neighbours import Neighbours
from online_models.snapshot import ModelSnapshot
from reminders.board import Board
from reminders.cohorts import Arm, Cohorts, Split
from reminders.generated_copies import GeneratedCopies
from reminders.ladder import Rung
from reminders.planner import Planner
from reminders.quota import Partition
from reminders.quota_exchange import Exchange
from reminders.settings import DecisionSettings
from streams.engine.shared import Shared
from streams.engine.stream_feed import StreamFeed
from streams.engine.topic_names import TopicNames
from streams.monitoring.monitor import Monitor
from streams.view import open_view

__all__ = ["compose"]

MINUTE_MS = 60_000
HOUR_MS = 3_600_000


def compose(settings: Settings) -> Shared:
    """Build what the partitions of a worker share."""
    topics = TopicNames.with_prefix(settings.topics.prefix)
    embedder = SemanticEmbedder() if settings.embedder == "semantic" else HashedNgramEmbedder()
    generated = GeneratedCopies()
    board = Board(
        lambda record: embedder.embed([stream_text(record)])[0],
        int(settings.streams.close_after_hours * HOUR_MS),
        generated,
    )
    zones = Zones()
    quiet = settings.default_quiet_hours
    decisions = decision_settings(settings)
    neighbours, exchange = Neighbours(), Exchange()
    salt = _erasure_salt(settings)

    def new_state() -> UserState:
        users = UserTable(
            settings.default_timezone,
            settings.default_locale,
            _minutes(quiet),
            zones,
        )
        dedup = settings.dedup
        return UserState(users, dedup.window_minutes * MINUTE_MS, salt, dedup.most_ids)

    def new_planner(number: int) -> Planner:
        partition = Partition(number, settings.topics.partitions)
        return Planner(decisions, partition, neighbours, exchange)

    view = open_view(settings, board)
    return Shared(
        settings=settings,
        topics=topics,
        board=board,
        feed=StreamFeed(topics.streams, board, view.streams_changed),
        view=view,
        snapshot=ModelSnapshot.untrained(FEATURE_NAMES),
        neighbours=neighbours,
        exchange=exchange,
        generated=generated,
        decisions=decisions,
        new_state=new_state,
        new_planner=new_planner,
        monitor=Monitor(
            topics,
            simulated_time=settings.clock == "topic",
            stalled_after_s=settings.http.stalled_after_s,
        ),
    )


def decision_settings(settings: Settings) -> DecisionSettings:
    """What the pure packages are told of the settings, in ms."""
    guardrails, decision = settings.guardrails, settings.decision
    return DecisionSettings(
        max_invites_24h=guardrails.max_invites_24h,
        max_invites_7d=guardrails.max_invites_7d,
        min_gap_ms=guardrails.min_gap_minutes * MINUTE_MS,
        quiet_hours_bind_attend=guardrails.quiet_hours_bind_attend,
        rungs=tuple(
            Rung(
                rung.name,
                rung.opens_minutes * MINUTE_MS,
                rung.closes_minutes * MINUTE_MS,
                rung.nominal_minutes * MINUTE_MS,
            )
            for rung in settings.rungs
        ),
        send_price=decision.send_price,
        purchase_worth=decision.purchase_worth,
        reserve_worth=decision.reserve_worth,
        variety=decision.variety,
        invites_per_user_day=decision.invites_per_user_day,
        holdout_invite=decision.holdout_invite,
        holdout_attend=decision.holdout_attend,
        explore=decision.explore,
        cohorts=Cohorts(decision.strategy, tuple(map(_split, decision.experiments))),
        seed=settings.seed,
        close_after_ms=int(settings.streams.close_after_hours * HOUR_MS),
        simulated_time=settings.clock == "topic",
    )


def _split(experiment: Experiment) -> Split:
    arms = [Arm(arm.name, arm.share, arm.strategy) for arm in experiment.arms]
    return Split(experiment.id, tuple(arms))


def _erasure_salt(settings: Settings) -> int:
    """Deployments without a secret of their own go on reading what they have written."""
    secret = settings.erasure_salt
    return hash64(settings.app_id if secret is None else secret.get_secret_value())


def _minutes(quiet: QuietHours | None) -> tuple[int, int]:
    """Quiet hours as local minutes of the day; equal ends mean none."""
    if quiet is None:
        return 0, 0
    return minute_of_day(quiet.start) or 0, minute_of_day(quiet.end) or 0
