"""The two learners of the comparison that need scikit-learn: opening rates, and boosted uplift."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.environment import learner_packages
from benchmarks.quality.learned import Learned, Lesson
from streams.simulation.world.events import Floats
from streams.simulation.world.world import World

__all__ = ["BoostedUplift", "OpeningRate"]

_LEAST = 20


class OpeningRate(Learned):
    """Sends where a logistic regression expects the most openings, retrained daily."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        learner_packages()
        self._model: Any = None

    def learn(self, lesson: Lesson) -> None:
        """Fit openings on what was sent."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        x, y = lesson.x[lesson.sent], lesson.opened[lesson.sent]
        if _LEAST <= y.sum() <= len(y) - _LEAST:
            self._model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300))
            self._model.fit(x, y)

    def score(self, x: NDArray[np.float32]) -> Floats | None:
        """Return the expected opening rate."""
        return None if self._model is None else np.asarray(self._model.predict_proba(x)[:, 1])


class BoostedUplift(Learned):
    """Sends where two boosted models differ most: who comes if reminded, and who comes if not.

    Both are scikit-learn's histogram gradient boosting, retrained daily on all that is logged.
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        learner_packages()
        self._models: tuple[Any, Any] | None = None

    def learn(self, lesson: Lesson) -> None:
        """Fit attendance on what was sent, and on what was not."""
        from sklearn.ensemble import HistGradientBoostingClassifier

        models = []
        for side in (lesson.sent, ~lesson.sent):
            y = lesson.attended[side]
            if not _LEAST <= y.sum() <= len(y) - _LEAST:
                return
            model = HistGradientBoostingClassifier(
                learning_rate=0.08,
                max_iter=80,
                max_leaf_nodes=15,
                min_samples_leaf=60,
                l2_regularization=1.0,
                early_stopping=False,
                random_state=0,
            )
            models.append(model.fit(lesson.x[side], y))
        self._models = models[0], models[1]

    def score(self, x: NDArray[np.float32]) -> Floats | None:
        """Return what a reminder adds to the chance of coming."""
        if self._models is None:
            return None
        sent, unsent = (model.predict_proba(x)[:, 1] for model in self._models)
        return np.asarray(sent - unsent)
