"""What binds hosts to each other, as the trainer says it to every worker."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np

from features.row import short_hash
from online_models.arrays import Floats
from online_models.errors import ModelStateError
from online_models.neighbourhood import Neighbourhood

__all__ = ["Neighbours", "decode_neighbourhood", "encode_neighbourhood"]


class _Told(msgspec.Struct, array_like=True):
    """A neighbourhood: `keys` uint64[m], `together` and `after` float32[m], as bytes."""

    item: int
    keys: bytes
    together: bytes
    after: bytes


def encode_neighbourhood(known: Neighbourhood) -> bytes:
    """Return it as MessagePack, without its popularity, which changes with time."""
    bonds = (known.together.astype("<f4").tobytes(), known.after.astype("<f4").tobytes())
    return msgspec.msgpack.encode(_Told(known.item, known.keys.astype("<u8").tobytes(), *bonds))


def decode_neighbourhood(data: bytes) -> Neighbourhood:
    """Return what `encode_neighbourhood` wrote; raises `ModelStateError` when it is none."""
    try:
        told = msgspec.msgpack.decode(data, type=_Told)
        keys = np.frombuffer(told.keys, "<u8").astype(np.uint64)
        together, after = _singles(told.together), _singles(told.after)
    except (msgspec.MsgspecError, ValueError) as error:
        raise ModelStateError(f"not a neighbourhood: {error}") from error
    if any(len(one) != len(keys) or not np.isfinite(one).all() for one in (together, after)):
        raise ModelStateError("a neighbourhood whose bonds do not fit its hosts")
    return Neighbourhood(told.item, keys, together, after, 0.0)


def _singles(data: bytes) -> Floats:
    return np.frombuffer(data, "<f4").astype(np.float64)


class Neighbours:
    """The neighbourhoods of hosts, by `short_hash`.

    >>> known = Neighbours()
    >>> one = np.ones(1)
    >>> known.tell(Neighbourhood(7, np.array([9], np.uint64), one, one, 0.5))
    >>> known.of(7).popular, known.of(8), known.of(0)
    (0.0, None, None)
    """

    def __init__(self) -> None:
        self._known: dict[int, Neighbourhood] = {}

    def __len__(self) -> int:
        return len(self._known)

    def tell(self, known: Neighbourhood) -> None:
        """Replace what is known of its host; one without neighbours is forgotten."""
        if len(known.keys):
            self._known[known.item] = replace(known, popular=0.0)
        else:
            self._known.pop(known.item, None)

    def of(self, host_h: int) -> Neighbourhood | None:
        """Return what is near a host, by the 64-bit hash of its id; None: nothing is known."""
        return self._known.get(short_hash(host_h)) if host_h else None
