"""What a worker compiles before it asks for partitions is all that it will need."""

from __future__ import annotations

from pathlib import Path

import badwire.records
import pytest
from testbed.compilations import told_by

RUNS_A_WORLD = """
from dataclasses import replace

from streams.readiness import get_ready

get_ready()
ready = len(compiled)
sys.path.insert(0, sys.argv[1])
from decision_world import Run, make_world

world = make_world(3)
settings = replace(world.settings, reserve_worth=float(sys.argv[2]))
sent = Run(replace(world, settings=settings)).go(restore_every=20)
print(json.dumps([len(sent), ready, compiled[ready:]]))
"""

CHOOSES_PRODUCTS = """
import numpy as np

from features.row import ROW
from reminders.product_choice import nearest_products
from streams.readiness import get_ready

get_ready()
ready = len(compiled)
names = np.eye(3, 32, dtype=np.float32)
for count in (1, 5):
    nearest_products(np.zeros(9, ROW), np.arange(count), np.ones(count, np.bool_), names)
print(json.dumps(compiled[ready:]))
"""

REFUSES = """
sys.path.insert(0, sys.argv[1])
from badwire.records import bad_records

from features.decode import dead_letters, decode_feedback, decode_interactions
from features.raw_records import RawRecords
from streams.raw.record_writing import lay_out
from streams.readiness import get_ready

get_ready()
ready = len(compiled)
for topic, decode in (("interactions", decode_interactions), ("feedback", decode_feedback)):
    bad = bad_records(topic, 0, 0)
    for some in ([one] for one in bad), [bad]:
        for each in some:
            records = RawRecords.of([one.key for one in each], [one.value for one in each])
            _, refusals = decode(records, 300_000)
            for _ in lay_out(dead_letters(refusals, records, ("t", 0), 0), 1 << 20):
                pass
print(json.dumps(compiled[ready:]))
"""


@pytest.mark.parametrize("reserve_worth", [0.0, 1.0])
def test_a_world_of_decisions_compiles_nothing_more(reserve_worth: float) -> None:
    """One user or many due, closed labels, restarts: no kernel compiles while people wait."""
    sent, ready, later = told_by(RUNS_A_WORLD, str(Path(__file__).parent), str(reserve_worth))
    assert sent > 0
    assert ready > 0
    assert later == []


def test_a_stream_with_several_products_compiles_nothing_more() -> None:
    """For one user or many."""
    assert told_by(CHOOSES_PRODUCTS) == []


def test_bad_records_of_every_kind_compile_nothing_more() -> None:
    """One alone, or all at once."""
    assert told_by(REFUSES, str(Path(badwire.records.__file__).parents[1])) == []
