"""Who comes back: each week, who of the shop's customers buys within seven days.

Each purchase goes, as an event of the wire, into the same user rows that a partition keeps, and
what is read off the rows goes into a logistic regression that learns online. All who have bought
before are judged each week; what came of it is learned a week later, before the next are judged.
It counts from the end of the quarter on in which they all came for the first time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import orjson

from benchmarks.quality.figure import Bounds, Figure, figure
from benchmarks.quality.people.cdnow import FIRST_DAY, Purchases
from benchmarks.quality.people.logistic import OnlineLogistic
from benchmarks.quality.people.ranking import area_under_curve, precision_at
from features.contracts.interaction import TYPE_CODE
from features.decay import DAY_MS, decay
from features.decode import decode_interactions
from features.raw_records import RawRecords
from features.row import COUNT_CODE, HALF_LIVES_DAYS, Rows
from features.state import UserState
from features.update import apply_interactions
from features.user_table import UserTable
from online_models.arrays import Bools, Floats

__all__ = ["Week", "tell_who_returns", "weeks_of"]

_WEEK = 7
_COUNTED_FROM_WEEK = 13
_MOST = 500
_FEATURES = 13
_BASE_RATE = 0.05
_EPOCH = np.datetime64(FIRST_DAY, "D").astype(np.int64)
_RIVALS = ("most recent", "most frequent", "decayed count")


@dataclass(frozen=True)
class Week:
    """One week's judgement of n customers.

    `came`: bool[n]; `scores`: by name, float64[n]: ours, and the plain rivals'.
    """

    number: int
    came: Bools
    scores: dict[str, Floats]


def tell_who_returns(data: Purchases, seed: int, last_week: int | None = None) -> Iterator[Figure]:
    """Yield the figures, up to a week, else the last whole one."""
    began = time.process_time()
    weeks = [w for w in weeks_of(data, last_week) if w.number >= _COUNTED_FROM_WEEK]
    seconds = round(time.process_time() - began, 1)
    rng = np.random.default_rng(seed)
    ties = [rng.random(len(week.came)) for week in weeks]
    came = np.concatenate([week.came for week in weeks])
    names = list(weeks[0].scores)
    auc = {
        name: area_under_curve(np.concatenate([w.scores[name] for w in weeks]), came)
        for name in names
    }
    precision = {
        name: float(
            np.mean(
                [
                    precision_at(week.scores[name], week.came, _MOST, tie)
                    for week, tie in zip(weeks, ties, strict=True)
                ]
            )
        )
        for name in names
    }
    weekly = {
        name: round(float(np.mean([area_under_curve(w.scores[name], w.came) for w in weeks])), 4)
        for name in names
    }
    details = {"weeks": len(weeks), "judged": len(came), "seed": seed}
    yield figure(
        "who_returns_auc",
        auc["ours"],
        "AUC",
        Bounds(0.809),
        baselines={name: round(auc[name], 4) for name in _RIVALS},
        mean_of_weeks=weekly,
        seconds=seconds,
        **details,
    )
    told = {name: round(value, 4) for name, value in precision.items()}
    for rival, bound in (("most recent", 1.65), ("most frequent", 1.06), ("decayed count", None)):
        yield figure(
            f"who_returns_over_{rival.replace(' ', '_')}",
            precision["ours"] / precision[rival],
            "times the precision at 500",
            None if bound is None else Bounds(bound),
            precision=told,
            **details,
        )


def weeks_of(data: Purchases, last_week: int | None = None) -> Iterator[Week]:
    """Yield the weeks as they are judged; each is learned before the next one is."""
    state = UserState(UserTable("UTC", "en", (0, 0)), window_ms=1, salt=0)
    logistic = OnlineLogistic(_FEATURES, _BASE_RATE)
    whole = int(data.day[-1] + 1) // _WEEK
    lately = _BASE_RATE
    for number in range(1, whole if last_week is None else min(last_week, whole)):
        first, now, then = data.day.searchsorted([(number + n) * _WEEK for n in (-1, 0, 1)])
        _buy(state, data, slice(int(first), int(now)))
        slots = state.users.live_slots()
        rows = state.users.rows[slots]
        now_ms = int(_EPOCH + number * _WEEK) * DAY_MS
        features = np.column_stack((_features(rows, now_ms), np.full(len(rows), np.log(lately))))
        buyers = state.users.slots_of(_ids(data, slice(int(now), int(then))), create=False)
        came = np.isin(slots, buyers[buyers >= 0])
        yield Week(number, came, {"ours": logistic.predict(features), **_plain(rows, now_ms)})
        logistic.learn(features, came)
        lately = float(came.mean())


def _buy(state: UserState, data: Purchases, part: slice) -> None:
    """Take purchases in as events of the wire, at noon of their days."""
    ids = _ids(data, part)
    values = [
        orjson.dumps(
            {
                "event_id": str(part.start + place),
                "type": "purchase",
                "user_id": user,
                "ts": int(_EPOCH + day) * DAY_MS + DAY_MS // 2,
                "stream_id": "cdnow",
                "host_id": "cdnow",
                "amount": dollars,
            }
        )
        for place, (user, day, dollars) in enumerate(
            zip(ids, data.day[part].tolist(), data.dollars[part].tolist(), strict=True)
        )
    ]
    columns, _ = decode_interactions(RawRecords.of([user.encode() for user in ids], values), None)
    slots = state.users.slots_of(ids, create=True)
    apply_interactions(state, columns, slots, lambda _stream: None)


def _ids(data: Purchases, part: slice) -> list[str]:
    return [f"customer-{number}" for number in data.customer[part].tolist()]


def _features(rows: Rows, now_ms: int) -> Floats:
    """Return float64[n, 12]: decayed counts and spend, recency, tenure, and how they combine."""
    age = now_ms - rows["last_ts"]
    since, tenure = age / DAY_MS, (now_ms - rows["first_ts"]) / DAY_MS
    bought = rows["totals"][:, TYPE_CODE["purchase"]].astype(np.float64)
    pause = (tenure - since + _WEEK) / (np.maximum(bought - 1.0, 0.0) + 0.3)
    weekly, monthly = (np.log1p(_count(rows, now_ms, half_life)) for half_life in (7.0, 30.0))
    recency, often = np.log1p(since), np.log1p(bought)
    columns = (
        weekly,
        monthly,
        recency,
        np.log1p(tenure),
        np.log1p(rows["spend_total"]),
        np.log1p(rows["spend"] * decay(age, 30.0)),
        often,
        np.log(pause),
        np.log((since + 3.0) / pause),
        recency**2,
        often * recency,
        often * np.log1p(tenure),
    )
    return np.column_stack(columns)


def _plain(rows: Rows, now_ms: int) -> dict[str, Floats]:
    recent = rows["last_ts"].astype(np.float64)
    often = rows["totals"][:, TYPE_CODE["purchase"]].astype(np.float64)
    scores = (recent - now_ms, often, _count(rows, now_ms, 30.0))
    return dict(zip(_RIVALS, scores, strict=True))


def _count(rows: Rows, now_ms: int, half_life_days: float) -> Floats:
    """Return the purchases of each, decayed to now, float64[n]."""
    kept = decay(now_ms - rows["last_ts"], half_life_days)
    place = HALF_LIVES_DAYS.index(half_life_days)
    return np.asarray(rows["counts"][:, place, COUNT_CODE["purchase"]] * kept)
