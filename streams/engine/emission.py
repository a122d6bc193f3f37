"""Decisions as records: rendered reminders, and examples for the trainer."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from features.state import UserState
from online_models.example import Example, encode_example
from online_models.snapshot import ModelSnapshot
from reminders.causes import causes_of
from reminders.content import ContentPolicy, choose_content
from reminders.decision import Decision, DueGroup
from reminders.headers import headers_of
from reminders.locales import text_locale
from reminders.options import Audience, options_for
from reminders.reasons import reasons_for
from reminders.reminder_id import reminder_ids
from reminders.render import ReminderBatch, render_reminders
from streams.engine.transaction import Outgoing, Record

__all__ = ["example_records", "reminder_records"]


def reminder_records(
    decision: Decision, state: UserState, snapshot: ModelSnapshot, seed: int
) -> list[Outgoing]:
    """Choose words and cover for every reminder that is due, and render it.

    The choice is noted in the groups of the decision, for the examples that come of them.
    Records are in the order of the decision.
    """
    policy = ContentPolicy(snapshot.variants, seed)
    return [
        record
        for group in decision.groups
        for record in _group_records(group, state, snapshot, policy)
    ]


def _group_records(
    group: DueGroup, state: UserState, snapshot: ModelSnapshot, policy: ContentPolicy
) -> list[Record]:
    locales = state.users.locale_names(group.slots)
    nicknames = state.users.nicknames(group.slots)
    audience = Audience(group.user_ids, group.user_h, nicknames, locales, group.send_ts)
    options = options_for(group.stream, group.intent, audience)
    covers = group.stream.record.covers or []
    segments = [text_locale(locale) for locale in locales]
    content = choose_content(options, covers, group.user_h, segments, group.announcement, policy)
    group.copy_ids = [options.copies[place].copy_id for place in content.copy.tolist()]
    group.cover_ids = [
        covers[place].cover_id if place >= 0 else None for place in content.cover.tolist()
    ]
    group.segments = list(segments)
    group.propensity = group.propensity * content.propensity
    group.explore = group.explore | content.explore
    strength, holds = causes_of(group, snapshot)
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
        reasons=reasons_for(strength, holds, group.personal, locales, group.stream.record),
        experiments=[None] * len(group),
        model_version=group.model_version,
    )
    headers = headers_of(reminder_ids(group.announcement, group.user_h), group.send_ts)
    keys = [user_id.encode() for user_id in group.user_ids]
    return list(map(Record, keys, render_reminders(batch), headers))


def example_records(examples: Iterable[Example]) -> list[Record]:
    """Records of the internal topic `examples`."""
    return [Record(one.user_id.encode(), encode_example(one)) for one in examples]
