"""Whether a head's loss has risen for good."""

from __future__ import annotations

import zlib

import msgspec
from river.__version__ import __version__ as river_release

from online_models.river_types import Detector

__all__ = ["DriftState", "DriftWatch"]


class DriftState(msgspec.Struct, frozen=True):
    """All that a `DriftWatch` is; the window in the form of River's own release."""

    release: str
    window: bytes
    checksum: int
    detected: bool
    seen: int
    drifts: int
    last_drift: int


class DriftWatch:
    """ADWIN over a head's log loss; counts rises, and lets falls (learning) pass.

    Examples
    --------
    >>> watch = DriftWatch()
    >>> for loss in [0.1, 0.2] * 500 + [0.9, 1.0] * 500:
    ...     watch.add(loss)
    >>> watch.drifts
    1

    References
    ----------
    Bifet and Gavaldà (2007), Learning from time-changing data with adaptive windowing, SDM.
    """

    def __init__(self) -> None:
        from river import drift  # a second of SciPy, which only the trainer needs

        self._adwin: Detector = drift.ADWIN()  # type: ignore[no-untyped-call]  # as River has it
        self.seen = 0
        self.drifts = 0
        self.last_drift = 0

    def add(self, loss: float) -> None:
        """Note the loss of one prediction."""
        before = self._adwin.estimation
        self._adwin.update(loss)
        self.seen += 1
        if self._adwin.drift_detected and self._adwin.estimation > before:
            self.drifts += 1
            self.last_drift = self.seen

    def state(self) -> DriftState:
        """Return all that this watch is."""
        window = self._adwin._helper.__getstate__()
        return DriftState(
            river_release,
            window,
            zlib.crc32(window),
            self._adwin.drift_detected,
            self.seen,
            self.drifts,
            self.last_drift,
        )

    @classmethod
    def restored(cls, state: DriftState) -> DriftWatch:
        """Return the watch that `state` was taken from.

        A window of another River release or with a wrong checksum is begun anew: its reader
        trusts every byte.
        """
        watch = cls()
        watch.seen, watch.drifts, watch.last_drift = state.seen, state.drifts, state.last_drift
        if state.release == river_release and zlib.crc32(state.window) == state.checksum:
            watch._adwin._helper.__setstate__(state.window)
            watch._adwin._drift_detected = state.detected
        return watch
