from __future__ import annotations

import numpy as np
from planscene.scene import NOON, Scene

from reminders.guardrails import forbidden, quiet_hours_bind, standing
from reminders.holdout import held_out
from reminders.ladder import DEFAULT_RUNGS
from reminders.settings import DecisionSettings
from reminders.suppression import REASONS, SENDABLE


def reason(scene: Scene, user: str) -> str | None:
    """Return why the stream `s` may not be announced to the user, None if it may."""
    stream = scene.board.get("s")
    assert stream is not None
    code = int(forbidden(standing(scene.state, stream, np.array([scene.slot(user)])))[0])
    return None if code == SENDABLE else REASONS[code].value


def test_each_rule_has_its_reason() -> None:
    """Consent, mute, touches and personalization, one user each."""
    scene = Scene()
    scene.stream(NOON)
    scene.follow("fan", "shy-fan")
    scene.says("no-push", consent_push=False)
    scene.mute("muted")
    scene.touch("watcher", "watch")
    scene.touch("undecided", "reserve", ts=2)
    scene.touch("undecided", "reserve_cancel", ts=3)
    scene.touch("shy-guest", "reserve")
    for user in ("shy", "shy-fan", "shy-guest"):
        scene.says(user, consent_personalization=False)
    found = {
        user: reason(scene, user)
        for user in (
            *("fan", "no-push", "muted", "watcher", "undecided", "shy", "shy-fan", "shy-guest"),
        )
    }
    assert found == {
        "fan": None,
        "no-push": "no_consent",
        "muted": "muted",
        "watcher": "already_attended",
        "undecided": "not_reserved",
        "shy": "no_personalization",
        "shy-fan": None,
        "shy-guest": None,
    }


def test_quiet_hours_spare_only_the_last_call_to_who_reserved() -> None:
    """`attend` on `15m` is free of quiet hours unless the setting binds it too."""
    attend = np.array([True, False])
    day, _, last = DEFAULT_RUNGS
    bound = DecisionSettings(quiet_hours_bind_attend=True)
    assert quiet_hours_bind(DecisionSettings(), last, attend).tolist() == [False, True]
    assert quiet_hours_bind(DecisionSettings(), day, attend).tolist() == [True, True]
    assert quiet_hours_bind(bound, last, attend).tolist() == [True, True]


def test_the_holdout_is_a_share_by_user_and_stream_for_each_kind() -> None:
    """About the share, the same on every call, another draw for another stream or kind."""
    users = np.arange(1, 50_001, dtype=np.uint64)
    settings = DecisionSettings(holdout_invite=0.1, holdout_attend=0.1)
    invite = held_out(settings, 7, users, np.zeros(len(users), np.bool_))
    attend = held_out(settings, 7, users, np.ones(len(users), np.bool_))
    other = held_out(settings, 8, users, np.zeros(len(users), np.bool_))
    for one in (invite, attend, other):
        assert abs(one.mean() - 0.1) < 0.006
    assert abs((invite & other).mean() - 0.01) < 0.003
    assert abs((invite & attend).mean() - 0.01) < 0.003
    assert not held_out(DecisionSettings(holdout_invite=0.0), 7, users, attend & False).any()
