"""Labels: what became of the decisions of one announcement, told once, when its stream closes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import numpy as np

from features.hashing import U64Array
from features.state import UserState
from online_models.arrays import Bools
from online_models.example import Example
from reminders.journal import RESULTS, SAMPLES, Journal, plan_key
from reminders.outcomes import MUTED_WITHIN_MS, Period, outcomes
from reminders.reminder_id import join_id
from reminders.samples import (
    ATTEND,
    CONTROL,
    EXPLORE,
    PERSONAL,
    SENT,
    SampleBlock,
    join_blocks,
)

__all__ = ["OPENED_WITHIN_MS", "LabelBook"]

OPENED_WITHIN_MS = 2 * 3_600_000
_BLOCK_ROWS = 256


class Results(msgspec.Struct, array_like=True):
    """Users, by hash, who opened the reminder in time, and who muted pushes by it."""

    opened: list[int] = []
    muted: list[int] = []


class LabelBook:
    """The decisions of one announcement whose labels are still open.

    At most a sample of them: a decision's features take more room than all else about it.
    """

    def __init__(self, announcement: int) -> None:
        self._announcement = announcement
        self._blocks: list[SampleBlock] = []
        self._decided: dict[int, int] = {}
        self._results = Results()

    def __len__(self) -> int:
        return len(self._decided)

    def known(self, user_h: U64Array) -> Bools:
        """Return bool[n]: of whom a decision is kept, or that they are a control."""
        return np.array([one in self._decided for one in user_h.tolist()], np.bool_)

    def add(self, block: SampleBlock, journal: Journal) -> None:
        """Keep some decisions until the labels close."""
        if not len(block):
            return
        self._index(block)
        last = self._blocks[-1] if self._blocks else None
        if last is not None and len(last) < _BLOCK_ROWS and last.like(block):
            self._blocks[-1] = join_blocks(last, block)
        else:
            self._blocks.append(block)
        self._write(len(self._blocks) - 1, journal)

    def restore(self, value: bytes) -> None:
        """Put a block back; blocks come in the order of their numbers."""
        self._blocks.append(msgspec.msgpack.decode(value, type=SampleBlock))
        self._index(self._blocks[-1])

    def restore_results(self, value: bytes) -> None:
        """Put back what is known of openings and mutes."""
        self._results = msgspec.msgpack.decode(value, type=Results)

    def note_opened(self, user_h: int, ts: int, journal: Journal) -> float | None:
        """Note that a user opened the reminder at `ts`, epoch ms.

        Return after how many seconds that was, None if it is not the first opening in time.
        """
        if not self._note(self._results.opened, OPENED_WITHIN_MS, user_h, ts, journal):
            return None
        return ts / 1_000 - self._decided[user_h]

    def note_muted(self, user_h: int, ts: int, journal: Journal) -> None:
        """Note that a user muted pushes from the reminder at `ts`, epoch ms."""
        self._note(self._results.muted, MUTED_WITHIN_MS, user_h, ts, journal)

    def examples(
        self,
        state: UserState,
        rung: str,
        stream_id: str,
        period: Period,
        invited: Callable[[U64Array], Bools],
    ) -> list[Example]:
        """Return each decision with its labels as of now; users since forgotten are left out.

        `invited`: who of uint64[n] was invited to the stream; as controls they are left out.
        """
        return [
            example
            for block in self._blocks
            if len(block)
            for example in self._labelled(block, state, (stream_id, rung), period, invited)
        ]

    def forget(self, user_h: int, journal: Journal) -> None:
        """Forget the decisions about a user."""
        if self._decided.pop(user_h, None) is None:
            return
        for number, block in enumerate(self._blocks):
            if np.uint64(user_h) in block.users:
                self._blocks[number] = block.without(user_h)
                self._write(number, journal)
        for users in (self._results.opened, self._results.muted):
            if user_h in users:
                users.remove(user_h)
                self._write_results(journal)

    def drop(self, journal: Journal) -> None:
        """Forget all decisions."""
        for number in range(len(self._blocks)):
            journal.drop(plan_key(SAMPLES, self._announcement, number))
        journal.drop(plan_key(RESULTS, self._announcement))
        self._blocks.clear()
        self._decided.clear()
        self._results = Results()

    def _labelled(
        self,
        block: SampleBlock,
        state: UserState,
        place: tuple[str, str],
        period: Period,
        invited: Callable[[U64Array], Bools],
    ) -> Iterator[Example]:
        decided_ts = block.decided * 1_000
        did = outcomes(state, period, block.users, decided_ts)
        opened, muted = set(self._results.opened), set(self._results.muted)
        sent, attend = block.flag(SENT).tolist(), block.flag(ATTEND).tolist()
        explore, personal = block.flag(EXPLORE).tolist(), block.flag(PERSONAL).tolist()
        features, priors, chances = block.features(), block.prior_rows(), block.chances.tolist()
        ages = block.ages()
        void = (block.flag(CONTROL) & invited(block.users)).tolist()
        for row, user_h in enumerate(block.users.tolist()):
            user_id = did.user_ids[row]
            if user_id is None or void[row]:
                continue
            yield Example(
                reminder_id=join_id(self._announcement, user_h),
                user_id=user_id,
                stream_id=place[0],
                rung=place[1],
                intent="attend" if attend[row] else "invite",
                sent=sent[row],
                decided_ts=int(decided_ts[row]),
                closed_ts=period.closed_ts,
                x=features[row],
                registry_version=block.registry_version,
                prior=priors[row],
                personalized=personal[row],
                opened=user_h in opened if sent[row] else None,
                attended=did.attended[row],
                muted=did.muted[row] or user_h in muted if sent[row] else None,
                reserved=None if attend[row] else did.reserved[row],
                purchased=did.purchased[row],
                copy_id=block.copy_ids[row],
                cover_id=block.cover_ids[row],
                copy_age=ages[row],
                policy="explore" if explore[row] else "exploit",
                propensity=chances[row],
                segment=block.segments[row],
            )

    def _note(
        self, users: list[int], within_ms: int, user_h: int, ts: int, journal: Journal
    ) -> bool:
        sent_s = self._decided.get(user_h)
        in_time = sent_s is not None and 0 <= ts - sent_s * 1_000 <= within_ms
        is_news = in_time and user_h not in users
        if is_news:
            users.append(user_h)
            self._write_results(journal)
        return is_news

    def _index(self, block: SampleBlock) -> None:
        sent_s = np.where(block.flag(CONTROL), -1, block.decided)  # what was not sent is no opening
        self._decided.update(zip(block.users.tolist(), sent_s.tolist(), strict=True))

    def _write(self, number: int, journal: Journal) -> None:
        key = plan_key(SAMPLES, self._announcement, number)
        journal.put(key, msgspec.msgpack.encode(self._blocks[number]))

    def _write_results(self, journal: Journal) -> None:
        key = plan_key(RESULTS, self._announcement)
        journal.put(key, msgspec.msgpack.encode(self._results))
