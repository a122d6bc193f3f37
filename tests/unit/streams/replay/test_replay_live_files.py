from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from streams.replay.kuailive import KUAILIVE_FILES, read_kuailive
from streams.replay.live_log import ACTS
from streams.replay.liverec import ROUND_S, ZERO_S, read_liverec
from streams.replay.movielens import DataError

_BEGIN_MS = 1_746_374_400_000
_KUAILIVE = {
    "streamer.csv": """streamer_id,gender,age,country,device_brand,device_price,live_operation_tag
56006,M,24-30,China,APPLE,5000+,Relationship
70,F,31-40,China,OPPO,2000-3000,
""",
    "room.csv": (
        "p_date,live_id,streamer_id,live_type,start_timestamp,end_timestamp,live_content_category,"
        """live_name_id
20250505,9342705,56006,1,1746374400000,1746381600000,shop,0
20250505,12,70,1,1746374500000,,,3
20250505,11,70,1,1746370500000,1746370900000,shop,3
"""
    ),
    "user.csv": """user_id,age,gender,country,onehot_feat0
8505,18-23,F,China,1
40,,M,China,0
""",
    "click.csv": """user_id,live_id,streamer_id,timestamp,watch_live_time
8505,9342705,56006,1746374400022,2852
40,12,70,1746374600000,0
40,999,70,1746374600000,500
7,12,70,1746374600000,500
""",
    "comment.csv": """user_id,live_id,streamer_id,timestamp
8505,9342705,56006,1746374401000
""",
    "like.csv": """user_id,live_id,streamer_id,timestamp
40,12,70,1746374600000
""",
    "gift.csv": """user_id,live_id,streamer_id,timestamp,gift_price
8505,9342705,56006,1746374402000,2
""",
}


@pytest.fixture
def kuailive(tmp_path: Path) -> Path:
    """A tiny KuaiLive of our own, in the layout of the files of its Zenodo record."""
    for name, text in _KUAILIVE.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_kuailive_is_read_by_its_columns(kuailive: Path) -> None:
    """Acts by time with their amounts; rooms that nobody entered; people with what is known."""
    assert set(_KUAILIVE) == set(KUAILIVE_FILES)
    log = read_kuailive(kuailive)
    rooms = log.rooms
    assert rooms.number.tolist() == [11, 12, 9342705]
    assert rooms.host.tolist() == [70, 70, 56006]
    assert rooms.start_s.tolist() == [1_746_370_500, 1_746_374_500, 1_746_374_400]
    assert rooms.end_s.tolist() == [1_746_370_900, 1_746_374_500 + 6 * 3_600, 1_746_381_600]
    categories = ["" if place < 0 else rooms.categories[place] for place in rooms.category.tolist()]
    assert categories == ["shop", "", "shop"]
    assert rooms.tags == {56006: "Relationship"}
    assert [(user.number, user.gender, user.age_band) for user in log.users] == [
        (40, "male", None),
        (8505, "female", "18-23"),
    ]
    acts = zip(log.at_ms, log.user, log.room, log.act, log.amount, strict=True)
    assert [
        (int(at) - _BEGIN_MS, int(user), int(room), ACTS[int(act)], int(amount))
        for at, user, room, act, amount in acts
    ] == [
        (22, 1, 2, "enter", 2852),
        (1_000, 1, 2, "comment", 0),
        (2_000, 1, 2, "gift", 2),
        (200_000, 0, 1, "enter", 0),
        (200_000, 0, 1, "like", 0),
    ]


def test_columns_may_come_in_any_order(kuailive: Path) -> None:
    """They are found by the header, whatever else is there."""
    was = read_kuailive(kuailive)
    lines = [line.split(",") for line in _KUAILIVE["click.csv"].splitlines()]
    text = "".join(",".join([*line[::-1], "more"]) + "\n" for line in lines)
    (kuailive / "click.csv").write_text(text)
    assert read_kuailive(kuailive).amount.tolist() == was.amount.tolist()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("click.csv", None, "click.csv: cannot be read"),
        ("gift.csv", "user_id,live_id\n", "gift.csv: no column timestamp, gift_price, but user_id"),
        ("like.csv", "user_id,live_id,timestamp\n1,2\n", "like.csv, line 2: "),
        ("comment.csv", "user_id,live_id,timestamp\nann,2,3\n", "comment.csv, line 2: .*'ann'"),
        ("user.csv", "user_id,age,gender\n", "no visit of a known user"),
    ],
)
def test_what_is_wrong_is_said(kuailive: Path, name: str, text: str | None, words: str) -> None:
    """With the file and, where there is one, the line."""
    (kuailive / name).unlink()
    if text is not None:
        (kuailive / name).write_text(text)
    with pytest.raises(DataError, match=words):
        read_kuailive(kuailive)


_LIVEREC = """1,33842865744,mithrain,154,156
1,33846768288,alptv,158,158
22,33842865744,mithrain,150,153
"""


@pytest.mark.parametrize("name", ["100k.csv", "full_a.csv.gz"])
def test_liverec_is_read_in_rounds(tmp_path: Path, name: str) -> None:
    """A stream lasts from its first visit to the end of its last; people are numbered."""
    raw = _LIVEREC.encode()
    (tmp_path / name).write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    log = read_liverec(tmp_path)
    assert ((log.rooms.start_s - ZERO_S) // ROUND_S).tolist() == [150, 158]
    assert ((log.rooms.end_s - ZERO_S) // ROUND_S).tolist() == [156, 158]
    assert log.rooms.names == {0: "mithrain", 1: "alptv"}
    assert (log.at_ms // 1_000 - ZERO_S).tolist() == [150 * 600, 154 * 600, 158 * 600]
    assert log.user.tolist() == [1, 0, 0]
    assert log.amount.tolist() == [3 * 600_000, 2 * 600_000, 0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,2,three,4\n", "100k.csv, line 1: not enough values"),
        ("user_id,stream_id,streamer,start,stop\n", "100k.csv, line 1: invalid literal"),
        ("1,2,three,5,4\n", "line 1: stops before it starts"),
        (None, "neither 100k.csv nor full_a.csv.gz is there"),
    ],
)
def test_a_wrong_liverec_is_refused(tmp_path: Path, text: str | None, words: str) -> None:
    """With the line that does not fit."""
    if text is not None:
        (tmp_path / "100k.csv").write_text(text)
    with pytest.raises(DataError, match=words):
        read_liverec(tmp_path)


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    """Cut in the middle, it is no shorter log."""
    whole = gzip.compress((_LIVEREC * 500).encode())
    (tmp_path / "full_a.csv.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"full_a\.csv\.gz: cannot be read"):
        read_liverec(tmp_path)
