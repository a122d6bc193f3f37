"""From raw records of the user inputs to a changed state, and dead letters for the rest."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from features.decode import (
    Refusals,
    dead_letters,
    decode_feedback,
    decode_interactions,
    decode_profiles,
)
from features.hashing import hash64_many
from features.headed_records import HeadedRecords
from features.raw_records import RawRecords
from streams.engine.application import Application
from streams.engine.buffers import NO_RECORDS
from streams.engine.memory import PartitionMemory
from streams.engine.rounds import KindColumns, in_rounds
from streams.engine.shared import Shared

__all__ = ["Intake"]


class Intake:
    """Applies records of one user partition in the contract's order.

    Parameters
    ----------
    number : user partition.
    """

    def __init__(self, number: int, shared: Shared) -> None:
        self._number = number
        self._shared = shared

    def apply(
        self,
        memory: PartitionMemory,
        taken: Mapping[str, RawRecords],
        latest_ts: int | None,
        now_ms: int,
    ) -> list[HeadedRecords]:
        """Apply records by topic and return the dead letters of the bad ones.

        Parameters
        ----------
        latest_ts : epoch ms beyond which a record's `ts` is invalid; None for no bound.
        now_ms : the clock: the time of a record that brings none, and of the dead letters.
        """
        if self._shared.simulated_time:
            # All is tidied after what a tick brings, which the tick's own time must judge.
            memory.state.erasures.expire(now_ms)
        topics = self._shared.topics
        sources = (topics.profiles, topics.interactions, topics.feedback)
        rows = [taken.get(topic, NO_RECORDS) for topic in sources]
        profiles, bad_profiles = decode_profiles(rows[0], latest_ts)
        events, bad_events = decode_interactions(rows[1], latest_ts)
        feedback, bad_feedback = decode_feedback(rows[2], latest_ts)
        profile_ts = np.array([now_ms if one.tombstone else one.ts for one in profiles], np.int64)
        kinds = (
            KindColumns(hash64_many([one.user_id for one in profiles]), profile_ts),
            KindColumns(events.user_h, events.ts),
            KindColumns(hash64_many(feedback.user_id), feedback.ts),
        )
        applying = Application(self._shared, memory, self._number, now_ms)
        for kind, index in in_rounds(kinds, by_time=self._shared.simulated_time):
            if kind == 0:
                applying.profiles(profiles, profile_ts, index)
            elif kind == 1:
                applying.interactions(events, index)
            else:
                applying.feedback(feedback, index, kinds[2].user_h)
        bad = (
            Refusals.merged([bad_profiles, *applying.misplaced_profiles]),
            Refusals.merged([bad_events, *applying.misplaced_events]),
            bad_feedback,
        )
        return [
            dead_letters(refusals, came, (source, self._number), now_ms)
            for source, refusals, came in zip(sources, bad, rows, strict=True)
            if refusals
        ]
