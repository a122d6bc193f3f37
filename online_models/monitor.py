"""How well a head predicted, lately and over its whole life: log loss, ROC AUC, calibration."""

from __future__ import annotations

import msgspec
import numpy as np
from scipy.special import expit

from online_models.arrays import Bools, Floats

__all__ = ["Monitor", "MonitorState", "calibration_error", "log_loss", "roc_auc"]

WINDOW = 2_000
CALIBRATION_BINS = 10
LOGIT_LOW, LOGIT_STEP, LOGIT_BINS = -10.0, 0.1, 151


def log_loss(z: Floats, y: Bools) -> Floats:
    """Return the log loss of log-odds `z` for each outcome, exact at any `z`."""
    return np.logaddexp(0.0, np.where(y, -z, z))


def roc_auc(positives: Floats, negatives: Floats) -> float:
    """Return the ROC AUC from counts of both classes by rising score; ties count half.

    >>> roc_auc(np.array([0.0, 1.0, 1.0]), np.array([1.0, 1.0, 0.0]))
    0.875
    """
    below = np.cumsum(negatives) - 0.5 * negatives
    return float(positives @ below / (positives.sum() * negatives.sum()))


def calibration_error(p: Floats, y: Bools) -> float:
    """Return the mean gap between predicted and seen rates over bins of equal size.

    References
    ----------
    Naeini, Cooper, Hauskrecht (2015), expected calibration error, AAAI.
    """
    order = np.argsort(p, kind="stable")
    bins = np.array_split(order, min(CALIBRATION_BINS, len(p)))
    return float(sum(abs(p[b].sum() - y[b].sum()) for b in bins) / len(p))


class MonitorState(msgspec.Struct, frozen=True):
    """All that a `Monitor` is; the window as bytes of float16 and of bits."""

    seen: int
    blended: bytes
    served: bytes
    outcomes: bytes
    loss_sum: float
    histogram: list[int]


class Monitor:
    """The last `WINDOW` predictions of a head and, in all, their loss and score histogram.

    The window keeps log-odds as float16 (steps of 0.004 at odds of 1 : 50), since the trainer is
    stored whenever it learns.

    Examples
    --------
    >>> monitor = Monitor()
    >>> for z, y in ((-2.0, False), (1.0, True), (-1.0, False)):
    ...     monitor.add(z, z, y)
    >>> monitor.metrics()["roc_auc"]
    1.0
    """

    def __init__(self) -> None:
        self.seen = 0
        self.loss_sum = 0.0
        self.histogram = [0] * (2 * LOGIT_BINS)
        self._blended = np.zeros(WINDOW, np.float16)
        self._served = np.zeros(WINDOW, np.float16)
        self._outcomes = np.zeros(WINDOW, np.bool_)

    def add(self, blended: float, served: float, y: bool) -> None:
        """Note one prediction, made before its outcome was learned.

        `blended` and `served` are log-odds before and after recalibration.
        """
        at = self.seen % WINDOW
        self._blended[at] = blended
        self._served[at] = served
        self._outcomes[at] = y
        self.seen += 1
        self.loss_sum += float(np.logaddexp(0.0, -served if y else served))
        step = int((served - LOGIT_LOW) / LOGIT_STEP)
        self.histogram[y * LOGIT_BINS + min(max(step, 0), LOGIT_BINS - 1)] += 1

    def window(self) -> tuple[Floats, Floats, Bools]:
        """Return the blended and served log-odds and the outcomes of the window."""
        n = min(self.seen, WINDOW)
        return (
            self._blended[:n].astype(np.float64),
            self._served[:n].astype(np.float64),
            self._outcomes[:n],
        )

    def metrics(self) -> dict[str, float]:
        """Return the figures of the window, and with `total_` of the whole life.

        `roc_auc` is missing as long as only one outcome was seen.
        """
        if not self.seen:
            return {}
        _, z, y = self.window()
        p = expit(z)
        figures = {
            "log_loss": float(log_loss(z, y).mean()),
            "calibration_error": calibration_error(p, y),
            "rate_predicted": float(p.mean()),
            "rate_seen": float(y.mean()),
            "total_log_loss": self.loss_sum / self.seen,
        }
        if 0 < y.sum() < len(y):
            values, at = np.unique(z, return_inverse=True)
            counts = np.bincount(at + len(values) * y, minlength=2 * len(values))
            negatives, positives = counts.reshape(2, -1).astype(np.float64)
            figures["roc_auc"] = roc_auc(positives, negatives)
        negatives, positives = np.array(self.histogram, np.float64).reshape(2, -1)
        if positives.any() and negatives.any():
            figures["total_roc_auc"] = roc_auc(positives, negatives)
        return figures

    def state(self) -> MonitorState:
        """Return all that this monitor is."""
        n = min(self.seen, WINDOW)
        return MonitorState(
            self.seen,
            self._blended[:n].tobytes(),
            self._served[:n].tobytes(),
            np.packbits(self._outcomes[:n]).tobytes(),
            self.loss_sum,
            list(self.histogram),
        )

    @classmethod
    def restored(cls, state: MonitorState) -> Monitor:
        """Return the monitor that `state` was taken from."""
        monitor = cls()
        monitor.seen, monitor.loss_sum = state.seen, state.loss_sum
        monitor.histogram = list(state.histogram)
        n = min(state.seen, WINDOW)
        monitor._blended[:n] = np.frombuffer(state.blended, np.float16)
        monitor._served[:n] = np.frombuffer(state.served, np.float16)
        monitor._outcomes[:n] = np.unpackbits(np.frombuffer(state.outcomes, np.uint8), count=n)
        return monitor
