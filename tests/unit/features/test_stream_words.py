from __future__ import annotations

import numpy as np

from features.contracts import Product, StreamRecord
from features.embedding import HashedNgramEmbedder, unit_rows
from features.semantic import principal_axes
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


def test_a_topic_is_near_in_other_words_and_languages() -> None:
    """口红 and lipstick are one topic, whatever stands beside them; a crab is another one."""
    vectors = HashedNgramEmbedder().embed(["新款口红首发", "matte lipstick", "清蒸大闸蟹"])
    assert vectors[0] @ vectors[1] > 0.6
    assert vectors[0] @ vectors[2] < 0.4


def test_principal_axes_are_where_points_differ_most() -> None:
    """Orthonormal, in the order of spread, with signs of their own, from the points' centre."""
    rng = np.random.default_rng(1)
    points = rng.standard_normal((40, 6)) * [5.0, 0.1, 0.1, 3.0, 0.1, 0.1] + 7.0
    centre, axes = principal_axes(points, 2)
    assert np.allclose(centre, points.mean(axis=0))
    assert np.allclose(axes.T @ axes, np.eye(2))
    assert axes[0, 0] > 0.95
    assert axes[3, 1] > 0.95
    again = principal_axes(points[::-1].copy(), 2)[1]
    assert np.allclose(axes, again)


def test_zero_stays_zero() -> None:
    """A vector without length gets none."""
    assert unit_rows(np.array([[0.0, 0.0], [3.0, 4.0]])).tolist() == [
        [0.0, 0.0],
        np.array([0.6, 0.8], np.float32).tolist(),
    ]
