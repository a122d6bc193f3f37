"""One labelled example: a decision, the features it was made on, and what came of it."""

from __future__ import annotations

import msgspec

__all__ = ["Example", "decode_example", "encode_example"]


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided about one (user, stream, rung), and what the person did then.

    Features and prior are those of the moment of the decision, never recomputed, so that nothing
    of the future is learned. A label of `None` is not known (yet): heads that need it skip the
    example. A holdout is an example too, with `sent` false, and so is a control
    (`reminders.controls`).

    Attributes
    ----------
    x
        Feature values in registry order, finite.
    prior
        The prior's probabilities at the decision, in the order of `heads.PRIOR_NAMES`; empty when
        unknown.
    personalized
        False: consent.personalization was off; counted in nothing that learns behaviour.
    copy_age
        How long ago the user had been shown the same copy (`online_models.wear`); None: not known.

    Examples
    --------
    >>> e = Example(reminder_id="r", user_id="u", stream_id="s", rung="2h", intent="invite",
    ...             sent=True, decided_ts=0, closed_ts=9, x=[0.5], opened=True)
    >>> decode_example(encode_example(e)) == e
    True
    """

    reminder_id: str
    user_id: str
    stream_id: str
    rung: str
    intent: str
    sent: bool
    decided_ts: int
    closed_ts: int
    x: list[float]
    registry_version: int = 1
    prior: list[float] = []
    personalized: bool = True
    opened: bool | None = None
    attended: bool | None = None
    muted: bool | None = None
    reserved: bool | None = None
    purchased: bool | None = None
    copy_id: str | None = None
    cover_id: str | None = None
    copy_age: int | None = None
    policy: str = "exploit"
    propensity: float = 1.0
    segment: str = ""

    @property
    def reserved_before(self) -> bool:
        """Whether the user held a reservation when this was decided."""
        return self.intent == "attend"


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Example)


def encode_example(example: Example) -> bytes:
    """Return the example as MessagePack."""
    return _ENCODER.encode(example)


def decode_example(data: bytes) -> Example:
    """Return the example in `data`; raises `msgspec.MsgspecError` when it is none."""
    return _DECODER.decode(data)
