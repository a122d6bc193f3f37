"""The reasons of many users at once are those of each by the rule as NumPy states it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from features.contracts import StreamRecord
from reminders.reasons import FALLBACK_CODE, REASON_CODES, reasons_for

_RECORD = StreamRecord(stream_id="s", ts=1, status="scheduled", host_id="h", start_ts=10)
_WIDTH = len(REASON_CODES)
_STRENGTHS = st.floats(-1.0, 100.0, width=32) | st.sampled_from([np.nan, np.inf, -np.inf, 1.0])


def _stated(
    strength: npt.NDArray[np.float64], holds: npt.NDArray[np.bool_]
) -> list[list[tuple[str, float]]]:
    """Code and weight of each reason: shares of all strength, the strongest three."""
    power = np.where(holds & np.isfinite(strength), np.maximum(strength, 0.0), 0.0)
    others = np.cumsum(power[:, 1:], axis=1)[:, -1]
    power[:, 0] = np.where(holds[:, 0], np.maximum(power[:, 0], others), 0.0)
    total = others + power[:, 0]
    bare = total <= 0.0
    power[bare] = holds[bare]
    total[bare] = holds[bare].sum(axis=1)
    told: list[list[tuple[str, float]]] = []
    for row, whole in zip(power, total.tolist(), strict=True):
        top = [code for code in np.argsort(-row, kind="stable").tolist()[:3] if row[code] > 0.0]
        steps = [min(max(int(np.rint(row[code] / whole * 20)), 1), 20) for code in top]
        pairs = [(REASON_CODES[code], step / 20) for code, step in zip(top, steps, strict=True)]
        told.append(pairs or [(FALLBACK_CODE, 1.0)])
    return told


@given(st.data())
@settings(deadline=None)
def test_reasons_are_as_stated(data: st.DataObject) -> None:
    """Any strength, finite or not, and any set of reasons that hold."""
    shape = (data.draw(st.integers(0, 6)), _WIDTH)
    strength = data.draw(arrays.arrays(np.float64, shape, elements=_STRENGTHS))
    holds = data.draw(arrays.arrays(np.bool_, shape))
    locales, personal = ["en"] * shape[0], np.ones(shape[0], np.bool_)
    found = reasons_for(strength, holds, personal, locales, _RECORD)
    said = [[(one.code, one.weight) for one in told.reasons] for told in found]
    assert said == _stated(strength, holds)
