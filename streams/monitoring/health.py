"""Whether a worker is live and whether it is ready, and why not."""

from __future__ import annotations

from dataclasses import dataclass

from streams.monitoring.situation import Situation

__all__ = ["Health", "liveness", "readiness"]


@dataclass(frozen=True, slots=True)
class Health:
    """A verdict; `reasons` say why it is not good, and are empty when it is."""

    reasons: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons


def liveness(situation: Situation, now_s: float, stalled_after_s: float) -> Health:
    """Judge whether the worker still gets anywhere: if not, only a new start helps.

    A Kafka that is away is no reason: a new start would not bring it back.

    Parameters
    ----------
    now_s : monotonic seconds.
    stalled_after_s : what has not moved for so long, though it should, is stuck.
    """
    reasons = []
    silent_s = now_s - situation.seen_s
    if silent_s > stalled_after_s:
        reasons.append(f"the event loop has had no turn for {silent_s:.0f} s")
    for stall in situation.stalls:
        if stall.lasted_s > stalled_after_s:
            where = "" if stall.partition is None else f"partition {stall.partition}: "
            reasons.append(f"{where}{stall.what} for {stall.lasted_s:.0f} s")
    return Health(tuple(reasons))


def readiness(situation: Situation, now_s: float, stalled_after_s: float) -> Health:
    """Judge whether the worker does its share: every owned partition is restored, and it is live.

    Parameters are those of `liveness`. A worker to which the group gave no partition is ready.
    """
    reasons = []
    if situation.stopping:
        reasons.append("the worker is stopping")
    elif not situation.joined:
        reasons.append("the consumer group is sharing out the partitions")
    for number, partition in situation.partitions.items():
        if partition.state != "ready":
            share = f"{partition.restored_ratio:.0%}"
            reasons.append(f"partition {number} is being restored, {share} of its changelog read")
    return Health((*reasons, *liveness(situation, now_s, stalled_after_s).reasons))
