"""What a worker does before it asks for partitions, so that it does not stall when it has some."""

from __future__ import annotations

import logging
import time

import msgspec
import numpy as np

from features.contracts import Cover, Product, StreamRecord
from features.hashing import hash64
from features.headed_records import HeadedRecords
from features.later_records import LaterRecords
from features.registry import FEATURE_NAMES
from features.rehearsal import rehearse
from features.row import CONTENT_DIM
from features.state import UserState
from features.user_table import UserTable
from online_models.heads import HEADS
from online_models.snapshot import HeadWeights, ModelSnapshot
from reminders.board import Board
from reminders.planner import Planner
from reminders.quota import Partition
from reminders.settings import DecisionSettings
from streams.engine.emission import reminder_records
from streams.engine.library_pages import leave_library_pages
from streams.raw.batch_headers import read_headers
from streams.raw.fetched import committed, read_fetched
from streams.raw.laid_out_batch import LaidOutBatch
from streams.raw.record_writing import lay_out

__all__ = ["get_ready"]

logger = logging.getLogger(__name__)
WORTH_A_LINE_S = 2.0
NOON_MS = 1_699_934_400_000
MINUTE_MS = 60_000


def get_ready() -> None:
    """Have every compiled kernel at hand, but not the compiler; say so when it took long."""
    started = time.perf_counter()
    rehearse()
    # Columns of a single row lie in memory as those of several do not.
    for users in (["someone"], ["someone", "somebody"]):
        _carry(_decide(users))
    leave_library_pages()
    took_s = time.perf_counter() - started
    if took_s > WORTH_A_LINE_S:
        logger.info("compiled kernels in %.1f s; the next start finds them cached", took_s)


def _decide(users: list[str]) -> list[HeadedRecords]:
    """Send one reminder to followers, with a model that has learned."""
    state = UserState(UserTable("UTC", "en", (0, 0)), window_ms=1, salt=0)
    slots = state.users.slots_of(users, create=True)
    on, at = np.ones(len(users), np.bool_), np.full(len(users), NOON_MS - MINUTE_MS)
    state.follows.set_many(slots, np.full(len(users), hash64("host"), np.uint64), at, on)
    board, snapshot = _board(), _learned()
    settings = DecisionSettings(send_price=-1.0, reserve_worth=1.0, simulated_time=True)
    planner = Planner(settings, Partition(0, 1))
    planner.decide(state, board, snapshot, NOON_MS - MINUTE_MS, NOON_MS)
    decision = planner.decide(state, board, snapshot, NOON_MS, NOON_MS + 20 * MINUTE_MS)
    chunks = reminder_records(decision, state, board, snapshot, settings)
    state.expire(NOON_MS, np.empty(0, np.uint64))
    return [part for chunk in chunks if isinstance(chunk, LaterRecords) for part in chunk]


def _carry(chunks: list[HeadedRecords]) -> None:
    """Lay the chunks out as Kafka does, and read them back."""
    for chunk in chunks:
        for buffer, count in lay_out(chunk, 1 << 20):
            batch = LaidOutBatch(buffer, count, NOON_MS)
            data = np.frombuffer(bytes(batch._build()), np.uint8)
            headers = read_headers(data)
            if headers is not None:
                headers.check_crcs(data)
                read_fetched(data, headers, committed(data, headers, []), 0)


def _board() -> Board:
    board = Board(lambda _: np.full(CONTENT_DIM, CONTENT_DIM**-0.5, np.float32))
    board.apply(
        StreamRecord(
            stream_id="stream",
            ts=1,
            status="scheduled",
            host_id="host",
            category="category",
            title="title",
            start_ts=NOON_MS + 30 * MINUTE_MS,
            products=[Product(product_id=name, name=name) for name in ("one", "another")],
            covers=[Cover(cover_id="cover", url="https://example.com/", kind="image")],
        )
    )
    return board


def _learned() -> ModelSnapshot:
    ones = [1.0] * len(FEATURE_NAMES)
    heads = {head.name: HeadWeights(ones, 0.0, (9_000, 900), (400, 300)) for head in HEADS}
    blank = ModelSnapshot.untrained(FEATURE_NAMES)
    return msgspec.structs.replace(blank, version=1, mean=ones, heads=heads)
