"""Live-stream logs of our own, in the formats of KuaiLive and LiveRec, replayed through Kafka."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import orjson
import pytest
from testbed.command import process_environment, run_livecue

_ROOT = Path(__file__).parents[2]
_HOSTS, _PEOPLE, _ROUNDS = 5, 30, 288


_ROOM_COLUMNS = (
    *("p_date", "live_id", "streamer_id", "live_type", "start_timestamp", "end_timestamp"),
    *("live_content_category", "live_name_id"),
)


class _Visit(NamedTuple):
    """Somebody in a room, in rounds of ten minutes."""

    user: int
    room: int
    host: int
    start: int
    stop: int


def _rooms() -> Iterator[tuple[int, int, int]]:
    """Two days: (room, host, first round); each host every five hours, for two."""
    room = 0
    for host in range(_HOSTS):
        for start in range(host * 5, _ROUNDS - 12, 30):
            yield room, host, start
            room += 1


def _visits() -> list[_Visit]:
    rng = np.random.default_rng(3)
    return [
        _Visit(user, room, host, begun, begun + int(rng.integers(0, 5)))
        for room, host, start in _rooms()
        for user in range(_PEOPLE)
        if host in {user % _HOSTS, (user + 1) % _HOSTS} and rng.random() < 0.7
        for begun in [start + int(rng.integers(0, 8))]
    ]


def _liverec(folder: Path) -> None:
    lines = [f"{v.user},{900 + v.room},streamer{v.host},{v.start},{v.stop}" for v in _visits()]
    (folder / "100k.csv").write_text("\n".join(lines) + "\n")


def _kuailive(folder: Path) -> None:
    begin_ms, round_ms = 1_746_374_400_000, 600_000
    texts: dict[str, list[str]] = {
        "streamer.csv": ["streamer_id,live_operation_tag"],
        "room.csv": [",".join(_ROOM_COLUMNS)],
        "user.csv": ["user_id,age,gender"],
        "click.csv": ["user_id,live_id,streamer_id,timestamp,watch_live_time"],
        "comment.csv": ["user_id,live_id,streamer_id,timestamp"],
        "like.csv": ["user_id,live_id,streamer_id,timestamp"],
        "gift.csv": ["user_id,live_id,streamer_id,timestamp,gift_price"],
    }
    texts["streamer.csv"] += [f"{host},Dance" for host in range(_HOSTS)]
    for room, host, start in _rooms():
        start_ms = begin_ms + start * round_ms
        texts["room.csv"].append(
            f"20250505,{room},{host},1,{start_ms},{start_ms + 12 * round_ms},shop,0"
        )
    texts["user.csv"] += [f"{user},18-23,F" for user in range(_PEOPLE)]
    for visit in _visits():
        at_ms = begin_ms + visit.start * round_ms + visit.user * 1_000
        who = f"{visit.user},{visit.room},{visit.host},{at_ms}"
        texts["click.csv"].append(f"{who},{(visit.stop - visit.start) * round_ms}")
        texts["like.csv"].append(who)
        texts["gift.csv"].append(f"{who},{visit.user}")
    for name, lines in texts.items():
        (folder / name).write_text("\n".join(lines) + "\n")


def _livecue(kafka: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = process_environment({"LIVECUE_KAFKA__BOOTSTRAP_SERVERS": kafka})
    return run_livecue(_ROOT, environment, "replay", *arguments, timeout_s=400)


@pytest.mark.parametrize(("name", "write"), [("kuailive", _kuailive), ("liverec", _liverec)])
def test_a_live_log_gives_the_tables(
    kafka: str, tmp_path: Path, name: str, write: Callable[[Path], None]
) -> None:
    """Reminders for people whom an outsider finds eligible, beside the rivals, and learned from."""
    write(tmp_path)
    done = _livecue(kafka, name, str(tmp_path), "--json", "--partitions", "2")
    assert done.returncode == 0, done.stderr
    found = orjson.loads(done.stdout)
    assert found["people"] == _PEOPLE
    assert found["reminders"] == found["attendance"]["reminded"]["chosen"] > 20
    assert found["not_eligible"] == 0
    assert set(found["attendance"]) >= {"random", "most active", "regulars of the host"}
    assert found["attendance"]["reminded"]["attended"] > 0
    assert 0 < found["model"]["examples"] <= found["reminders"]


def test_a_folder_is_needed(kafka: str) -> None:
    """Without one the command ends with 2 and says which."""
    done = _livecue(kafka, "kuailive")
    assert done.returncode == 2
    assert "livecue replay kuailive DIR" in done.stderr


def test_an_empty_folder_is_said_in_a_sentence(kafka: str, tmp_path: Path) -> None:
    """It ends with 1, naming the file."""
    done = _livecue(kafka, "liverec", str(tmp_path))
    assert done.returncode == 1
    assert "neither 100k.csv nor full_a.csv.gz is there" in done.stderr
    assert "Traceback" not in done.stderr
