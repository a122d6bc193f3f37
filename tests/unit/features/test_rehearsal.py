from __future__ import annotations

from testbed.compilations import told_by

TAKES_EVENTS = """
from features.rehearsal import rehearse

rehearse()
first = len(compiled)
rehearse()
print(json.dumps([first, compiled[first:]]))
"""


def test_after_a_rehearsal_nothing_is_left_to_compile() -> None:
    """A second one finds every kernel as the first one left it."""
    first, again = told_by(TAKES_EVENTS)
    assert first > 0
    assert again == []
