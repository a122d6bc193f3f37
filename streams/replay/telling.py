"""How a replay is told of: what attending is in a data set, and what the figures can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["LIVE", "MOVIELENS_TOLD", "Telling"]


@dataclass(frozen=True)
class Telling:
    """The words of a report.

    Attributes
    ----------
    acts
        What people do in the data; the name of their number among the figures.
    attended, labels
        The table's title, and what each group of people is called in it.
    shows, cannot
        What the figures show, and what they cannot.
    """

    acts: str
    attended: str
    labels: Mapping[str, str]
    shows: str
    cannot: str


_EVERYBODY = {"reminded": "reminded by Livecue", "eligible": "everybody eligible"}
_RIVALS = {
    "random": "as many random eligible people",
    "most active": "as many of the most active (7 d)",
}
_PREDICTED = (
    "That reminders bring anybody. None was really sent: people {did}, years ago, so attendance is"
    " predicted here, not caused, and the true gain of every reminder is zero."
)
_AT_WORK = (
    "The system at work on real behaviour: every {act} went through Kafka, the features, the"
    " planner and the online model in the order of real time, and nothing was known early. How far"
    " the reminded attend more often than the others is how much better it foresees who will come."
)

MOVIELENS_TOLD = Telling(
    acts="ratings",
    attended="Who attended: rated the film within 24 h of its stream's start",
    labels=_EVERYBODY | _RIVALS | {"similar raters": "as many of the film's most similar raters"},
    shows=_AT_WORK.format(act="rating"),
    cannot=_PREDICTED.format(did="rated what they rated")
    + " Most people rate in one burst and never return, so being there right now explains most of"
    " who attends; live shopping has returning visitors, MovieLens hardly any.",
)
LIVE = Telling(
    acts="acts",
    attended="Who attended: entered the room while it was on",
    labels=_EVERYBODY | _RIVALS | {"regulars of the host": "as many of the host's regulars"},
    shows=_AT_WORK.format(act="visit"),
    cannot=_PREDICTED.format(did="watched what they watched")
    + " Hosts did not announce their rooms in the data; here they do, an hour or two ahead.",
)
