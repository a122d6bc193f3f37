"""Events sent without a pause, so that whatever happens, happens under load."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Self

from enginerig.deployment import Deployment

from streams.testing import interaction

__all__ = ["Load"]

CHUNK = 50
PAUSE_S = 0.02


class Load:
    """Sends `app_open` events of some users from a thread, in a steady stream.

    Parameters
    ----------
    start : `ts` of the first event, one more for each; another than in an earlier load.

    Attributes
    ----------
    sent : how many events of each user the broker has.
    """

    def __init__(self, deployment: Deployment, users: int = 97, start: int = 0) -> None:
        self.sent: Counter[str] = Counter()
        self._deployment = deployment
        self._start = start
        self._users = [f"user-{number}" for number in range(users)]
        self._stopped = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            number = self._start
            while not self._stopped.wait(PAUSE_S):
                chunk = [self._users[at % len(self._users)] for at in range(number, number + CHUNK)]
                events = [interaction(user, ts=number + at) for at, user in enumerate(chunk)]
                self._deployment.send(self._deployment.topics.interactions, *events)
                self.sent.update(chunk)
                number += CHUNK
        except BaseException as error:
            self._failure = error

    def stop(self) -> None:
        """Send no more; all that was sent is with the broker."""
        self._stopped.set()
        self._thread.join(60)
        if self._failure is not None:
            raise self._failure

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
