"""A produce request put together in one go has the bytes of aiokafka's."""

from __future__ import annotations

import random

import pytest
from aiokafka.protocol.api import RequestStruct
from aiokafka.protocol.produce import ProduceRequest

from streams.raw.produce_request import JoinedProduceRequest

VERSIONS = [struct_class.API_VERSION for struct_class in ProduceRequest._CLASSES]
Topics = list[tuple[str, list[tuple[int, bytes]]]]


def both(
    transactional_id: str | None, topics: Topics, version: int
) -> tuple[RequestStruct, RequestStruct]:
    """Return aiokafka's request and ours, of one version."""
    known = {ProduceRequest.API_KEY: (version, version)}
    said = (transactional_id, -1, 40_000, topics)
    return ProduceRequest(*said).prepare(known), JoinedProduceRequest(*said).prepare(known)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("transactional_id", ["livecue-3", "直播-0", None])
def test_the_bytes_are_those_of_aiokafka(version: int, transactional_id: str | None) -> None:
    """Of every version that it speaks, whatever the names and however large the batches."""
    if version < 3:
        transactional_id = None
    rng = random.Random(version)
    topics: Topics = [
        ("state", [(0, rng.randbytes(70_000)), (7, b"")]),
        ("提醒", [(3, rng.randbytes(5))]),
        ("empty", []),
    ]
    theirs, ours = both(transactional_id, topics, version)
    assert ours.encode() == theirs.encode()


def test_the_connection_finds_all_else_in_it() -> None:
    """Header, type of the answer, and what is logged."""
    theirs, ours = both("livecue-3", [("state", [(0, b"abc")])], VERSIONS[-1])
    header = theirs.build_request_header(7, "client")
    assert ours.build_request_header(7, "client").encode() == header.encode()
    assert ours.RESPONSE_TYPE is theirs.RESPONSE_TYPE
    assert repr(ours) == repr(theirs)


def test_versions_without_transactions_are_left_to_aiokafka() -> None:
    """They have another shape."""
    theirs, ours = both(None, [("state", [(0, b"abc")])], 2)
    assert type(ours) is type(theirs)
