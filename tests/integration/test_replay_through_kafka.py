"""A replay of tiny data of our own through a real Kafka and a worker process."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import orjson
import pytest
from kafka import KafkaAdminClient
from testbed.command import process_environment, run_livecue

from config import Settings
from streams.replay.comparison import compare
from streams.replay.movielens import Film, MovieLens, Person
from streams.replay.run import Replayed, replay_settings, run_replay
from streams.replay.schedule import Start
from streams.replay.timeline import Step, steps_of

_ROOT = Path(__file__).parents[2]
_BEGIN_S = 880_000_000
_DAY_S = 86_400
_FILMS, _PEOPLE = 24, 30


def _ratings() -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Three days: each person rates 14 films in two bursts; int64[n, 4]: when, who, what, stars."""
    rng = np.random.default_rng(11)
    rows = []
    for person in range(1, _PEOPLE + 1):
        begins = _BEGIN_S + rng.integers(0, 5 * _DAY_S // 2, size=2)
        for place, film in enumerate(rng.permutation(_FILMS)[:14].tolist()):
            at_s = int(begins[place % 2]) + place * 300
            rows.append((at_s, person, film + 1, int(rng.integers(1, 6))))
    return np.array(sorted(rows), np.int64)


def _data(rows: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> MovieLens:
    films = {n: Film(n, f"Film {n}", "1990", ("Drama", "War")[: n % 3]) for n in range(1, 25)}
    people = {n: Person(n, 20 + n, "F") for n in range(1, _PEOPLE + 1)}
    at_s, person, film, stars = rows[np.lexsort(rows.T[[2, 1, 0]])].T
    return MovieLens(at_s, person, film, stars, films, people)


def _settings(kafka: str, partitions: int) -> Settings:
    return replay_settings(
        Settings.model_validate({"kafka": {"bootstrap_servers": kafka}}), partitions
    )


def _nothing(step: Step[Start], done: Replayed[Start]) -> None:
    """No news are wanted."""


def test_nothing_of_a_later_time_is_known_earlier(kafka: str) -> None:
    """With another future the same reminders come out up to now, word for word and digit for digit.

    All of the path is compared: features, model, plan, words, propensities.
    """
    rows, now_s = _ratings(), _BEGIN_S + int(1.7 * _DAY_S)
    other = rows.copy()
    later = other[:, 0] > now_s
    other[later, 0] += 3 * 3_600
    other[later, 3] = 6 - other[later, 3]
    runs = [
        run_replay(_settings(kafka, 2), steps_of(_data(each)), 1, _nothing)
        for each in (rows, other)
    ]
    was, now = (
        {one.reminder_id: one for one in run.reminders if one.send_ts <= now_s * 1_000}
        for run in runs
    )
    assert len(was) > 20
    assert was == now
    assert {one.reminder_id for one in runs[0].reminders} > was.keys()


def test_partitions_and_workers_see_every_rating_once(kafka: str) -> None:
    """Reminders are unique and for the eligible alone, labels are learned, topics go away."""
    data, settings = _data(_ratings()), _settings(kafka, 2)
    replayed = run_replay(settings, steps_of(data), 2, _nothing)
    ids = [one.reminder_id for one in replayed.reminders]
    assert len(ids) == len(set(ids)) > 20
    found = compare(data, replayed.starts, replayed.reminders, settings.guardrails, 0)
    assert found.outside.chosen == 0
    assert found.reminded.chosen == len(ids)
    assert 0 < replayed.metrics["attend"]["examples"] <= len(ids)
    admin = KafkaAdminClient(bootstrap_servers=kafka)
    left = [name for name in admin.list_topics() if name.startswith(settings.topics.prefix)]
    admin.close()
    assert left == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tiny data as files, in the layout of the real ones."""
    data = _data(_ratings())
    rows = zip(data.person, data.film, data.stars, data.at_s, strict=True)
    texts = {
        "ml-100k.inter": ["user\titem\trating\ttime", *("\t".join(map(str, row)) for row in rows)],
        "ml-100k.item": ["item\ttitle\tyear\tclass"],
        "ml-100k.user": ["user\tage\tgender\toccupation\tzip"],
    }
    texts["ml-100k.item"] += [f"{n}\tFilm {n}\t1990\tDrama" for n in data.films]
    texts["ml-100k.user"] += [f"{n}\t{20 + n}\tF\tother\t1" for n in data.people]
    for name, lines in texts.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    return tmp_path


def _livecue(kafka: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = process_environment({"LIVECUE_KAFKA__BOOTSTRAP_SERVERS": kafka})
    return run_livecue(_ROOT, environment, "replay", *arguments, timeout_s=240)


def test_the_command_prints_its_figures(kafka: str, folder: Path) -> None:
    """`livecue replay --json` ends with 0 and one JSON object; news go to standard error."""
    done = _livecue(kafka, "--data", str(folder), "--json", "--ticks", "40")
    assert done.returncode == 0, done.stderr
    found = orjson.loads(done.stdout)
    assert found["ticks"] == 40
    assert found["reminders"] == found["attendance"]["reminded"]["chosen"] > 0
    assert found["not_eligible"] == 0
    assert set(found["attendance"]) >= {"random", "most active", "similar raters"}
    assert found["events_per_s"] > 0


def test_missing_data_is_said_in_a_sentence(kafka: str, tmp_path: Path) -> None:
    """A folder without the files ends with 1, naming the file."""
    done = _livecue(kafka, "--data", str(tmp_path))
    assert done.returncode == 1
    assert "ml-100k.inter: cannot be read" in done.stderr
    assert "Traceback" not in done.stderr
