"""Decisions as records: rendered reminders, and examples for the trainer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from features.coded import Coded
from features.contracts import Experiment
from features.hashing import U64Array, hash64_many
from features.later_records import LaterRecords
from features.shown import NOWHERE, last_shown, note_shown
from features.state import UserState
from online_models.example import Example, encode_example
from online_models.snapshot import ModelSnapshot
from online_models.wear import Shown, age_of
from reminders.board import Board
from reminders.causes import causes_of, hosts_behind
from reminders.content import Content, ContentPolicy, choose_content
from reminders.decision import Decision, DueGroup
from reminders.locales import text_locale
from reminders.options import Audience, options_for
from reminders.product_choice import nearest_products
from reminders.reasons import ReasonSet, reasons_for
from reminders.reminder_batch import ReminderBatch
from reminders.render import render_reminders
from reminders.settings import DecisionSettings
from streams.engine.outgoing import Outgoing, Record

__all__ = ["example_records", "reminder_records"]


def reminder_records(
    decision: Decision,
    state: UserState,
    board: Board,
    snapshot: ModelSnapshot,
    settings: DecisionSettings,
) -> list[Outgoing]:
    """Choose words and cover for every reminder that is due; it is rendered when it is written.

    The choice is noted in the groups of the decision, for the examples that come of them.
    Records are in the order of the decision.
    """
    policy = ContentPolicy(snapshot.variants, settings.seed)
    arms = settings.cohorts.labels

    def reasons(group: DueGroup) -> Coded[ReasonSet]:
        return _reasons(group, state, board, snapshot)

    return [
        _group_records(group, state, reasons, policy, arms)
        for group in decision.groups
        if len(group.slots)
    ]


def _group_records(
    group: DueGroup,
    state: UserState,
    reasons: Callable[[DueGroup], Coded[ReasonSet]],
    policy: ContentPolicy,
    arms: Sequence[Experiment | None],
) -> LaterRecords:
    locales = state.users.locales_of(group.slots)
    nicknames = state.users.nicknames(group.slots)
    product = nearest_products(
        state.users.rows, group.slots, group.personal, group.stream.product_contents
    )
    audience = Audience(group.user_ids, group.user_h, nicknames, locales, group.send_ts, product)
    options = options_for(group.stream, group.intent, audience)
    covers = group.stream.record.covers or []
    segments = locales.map(_segment)
    copies = hash64_many([copy.copy_id for copy in options.copies])
    shown = _shown(group, state, copies)
    content = choose_content(
        options, covers, group.user_h, segments, group.announcement, policy, shown
    )
    note_shown(state.users.rows, group.slots, copies[content.copy], group.send_ts)
    _note(group, content, segments)
    batch = ReminderBatch(
        stream=group.stream,
        rung=group.rung.name,
        intent=group.intent,
        announcement=group.announcement,
        audience=audience,
        content=content,
        score=np.clip(group.score, 0.0, 1.0),
        propensity=group.propensity,
        explore=group.explore,
        reasons=reasons(group),
        experiments=Coded(arms, group.cohort),
        model_version=group.model_version,
    )
    return render_reminders(batch)


def _reasons(
    group: DueGroup, state: UserState, board: Board, snapshot: ModelSnapshot
) -> Coded[ReasonSet]:
    strength, holds = causes_of(group, snapshot)
    locales = state.users.locales_of(group.slots)
    others = hosts_behind(group, state).map(board.host_name)
    return reasons_for(strength, holds, group.personal, locales, group.stream.record, others)


def _shown(group: DueGroup, state: UserState, copies: U64Array) -> Shown:
    """Return what users were shown last of these copies (hashes).

    Of who does not want personalization nothing is known.
    """
    place, hours = last_shown(state.users.rows, group.slots, copies, group.send_ts)
    place[~group.personal] = NOWHERE
    return Shown(place, age_of(hours)) if (place != NOWHERE).any() else Shown.nothing(len(place))


def _segment(locale: str) -> str:
    """Return the segment in which what users of a locale open is counted."""
    return text_locale(locale)


def _note(group: DueGroup, content: Content, segments: Coded[str]) -> None:
    """Note in the group what its users are shown."""
    group.copy_ids = Coded([copy.copy_id for copy in content.options.copies], content.copy)
    shown = [None, *(cover.cover_id for cover in content.covers)]
    group.cover_ids = Coded(shown, content.cover + 1)
    group.copy_ages = content.age
    group.segments = segments
    group.propensity = group.propensity * content.propensity
    group.explore = group.explore | content.explore


def example_records(examples: Iterable[Example]) -> list[Record]:
    """Records of the internal topic `examples`."""
    return [Record(one.user_id.encode(), encode_example(one)) for one in examples]
