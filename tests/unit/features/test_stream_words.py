from __future__ import annotations

import numpy as np

from features.contracts import Product, StreamRecord
from features.embedding import HashedNgramEmbedder, unit_rows
from features.semantic import projection
from features.stream_text import stream_text


def test_shared_wording_is_near() -> None:
    """Titles with common characters are nearer to each other than to others."""
    near, same, far = HashedNgramEmbedder().embed(["口红首发专场", "口红专场", "大闸蟹海鲜到货"])
    assert near @ same > near @ far + 0.2


def test_the_stream_text_names_goods_and_category() -> None:
    """All that says what the stream is about, a bounded number of products."""
    goods = [Product(product_id=str(n), name=f"p{n}") for n in range(9)]
    record = StreamRecord(
        stream_id="s", ts=0, status="live", title="t", category="c", tags=["x"], products=goods
    )
    assert stream_text(record) == "t c x p0 p1 p2 p3 p4"
    assert stream_text(StreamRecord(stream_id="s", ts=0, status="live")) == ""


def test_the_projection_is_orthonormal_and_fixed() -> None:
    """A function of its arguments alone."""
    columns = projection(64, 8, seed=1)
    assert np.allclose(columns.T @ columns, np.eye(8))
    assert np.array_equal(columns, projection(64, 8, seed=1))
    assert not np.allclose(columns, projection(64, 8, seed=2))


def test_zero_stays_zero() -> None:
    """A vector without length gets none."""
    assert unit_rows(np.array([[0.0, 0.0], [3.0, 4.0]])).tolist() == [
        [0.0, 0.0],
        np.array([0.6, 0.8], np.float32).tolist(),
    ]
