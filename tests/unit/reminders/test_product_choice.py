"""The product that a reminder names."""

from __future__ import annotations

import numpy as np

from features.contracts import Product, StreamRecord
from features.embedding import HashedNgramEmbedder
from features.row import ROW
from features.stream_text import stream_text
from reminders.board_stream import BoardStream
from reminders.product_choice import nearest_products, product_names

EMBEDDER = HashedNgramEmbedder()


def test_it_is_the_one_nearest_to_what_was_watched() -> None:
    """Of a lamp for who watched lamps, of a coat for who watched coats, else the first."""
    products = [Product(product_id=name, name=name) for name in ("winter coat", "desk lamp")]
    record = StreamRecord(stream_id="s", ts=0, status="live", products=products)
    stream = BoardStream(record, lambda one: EMBEDDER.embed([stream_text(one)])[0])
    rows = np.zeros(4, ROW)
    watched = EMBEDDER.embed(["lamps for the desk", "coats for winter", "", "lamps for the desk"])
    rows["content_unit"] = 1 / 127
    rows["content"] = np.rint(watched * 127)
    personal = np.array([True, True, True, False])
    chosen = nearest_products(rows, np.arange(4), personal, stream.product_contents)
    assert chosen.tolist() == [1, 0, 0, 0]


def test_there_is_nothing_to_choose() -> None:
    """Of one product, or of none."""
    for count in (0, 1):
        products = [Product(product_id="p", name="coat")] * count
        record = StreamRecord(stream_id="s", ts=0, status="live", products=products)
        vectors = BoardStream(record, lambda _: np.ones(32, np.float32)).product_contents
        chosen = nearest_products(np.zeros(2, ROW), np.arange(2), np.ones(2, np.bool_), vectors)
        assert chosen.tolist() == [0, 0]


def test_products_without_a_name_cannot_be_named() -> None:
    """Of the first five; each has the place of its embedding."""
    products = [Product(product_id=str(n), name=name) for n, name in enumerate("a\u200bcdefg")]
    record = StreamRecord(stream_id="s", ts=0, status="live", products=products)
    assert product_names(record) == ("a", "c", "d", "e")
    stream = BoardStream(record, lambda _: np.ones(32, np.float32))
    assert stream.product_contents.shape == (4, 32)
