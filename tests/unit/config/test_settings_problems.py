"""Wrong settings are reported all at once, each with its path and what to put instead."""

from __future__ import annotations

import json
import traceback
from pathlib import Path

import pytest

from config import SettingsError, load_settings
from config.settings import Settings


def problems(tmp_path: Path, toml: str = "", **variables: str) -> list[str]:
    """What is wrong with a file of this content under these variables."""
    file = tmp_path / "livecue.toml"
    file.write_text(toml, encoding="utf-8")
    env = {f"LIVECUE_{name}": value for name, value in variables.items()}
    with pytest.raises(SettingsError) as caught:
        load_settings(env, file)
    return [problem.replace(f" ({file})", "") for problem in caught.value.problems]


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    """Unknown keys, wrong types, wrong values and unknown variables, in the file and outside."""
    found = problems(
        tmp_path,
        'clok = "topic"\n[topics]\npartitions = "8"\n[guardrails]\nmax_invites_24h = -1\n',
        DECISION__EXPLORE="1",
        TOPICS__PREFX="a.",
    )
    assert found == [
        "LIVECUE_TOPICS__PREFX: no such setting; did you mean LIVECUE_TOPICS__PREFIX?",
        'topics.partitions: is "8", must be a whole number',
        "guardrails.max_invites_24h: is -1, must be at least 0",
        "decision.explore (LIVECUE_DECISION__EXPLORE): is 1, must be below 1",
        "clok: unknown key; did you mean clock?",
    ]


def test_the_text_lists_every_problem(tmp_path: Path) -> None:
    """What a command prints says how many there are, then each on its line with its source."""
    file = tmp_path / "livecue.toml"
    file.write_text("seed = 1.5\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings({"LIVECUE_CLOCK": "sundial"}, file)
    assert str(caught.value).splitlines() == [
        "2 settings are wrong:",
        "  clock (LIVECUE_CLOCK): is \"sundial\", must be 'system' or 'topic'",
        f"  seed ({file}): is 1.5, must be a whole number",
    ]


@pytest.mark.parametrize(
    ("variable", "text", "problem"),
    [
        ("DEFAULT_TIMEZONE", "Mars/Olympus", "must be an IANA time zone"),
        ("DEFAULT_TIMEZONE", "../etc/passwd", "must be an IANA time zone"),
        ("DEFAULT_TIMEZONE", "", "must be an IANA time zone"),
        ("DEFAULT_LOCALE", "zh_CN", "must be a BCP 47 language tag"),
        ("DEFAULT_QUIET_HOURS__START", "25:99", 'must be a local time from "00:00" to "23:59"'),
        ("DEFAULT_QUIET_HOURS__END", "24:00", 'must be a local time from "00:00" to "23:59"'),
        ("DEFAULT_QUIET_HOURS", "late", "must be a table of start, end"),
        ("TOPICS__PREFIX", "live cue/", "the characters of a Kafka topic name"),
        ("TOPICS__PREFIX", "x" * 201, "must be at most 200 letters"),
        ("TOPICS__PARTITIONS", "0", "must be at least 1"),
        ("TOPICS__CREATE", "perhaps", "must be true or false"),
        ("APP_ID", "a b", "must be at most 100 letters"),
        ("KAFKA__BOOTSTRAP_SERVERS", "kafka", 'must be "host:port"'),
        ("KAFKA__BOOTSTRAP_SERVERS", "kafka:99999", 'must be "host:port"'),
        ("KAFKA__SESSION_TIMEOUT_S", "31", "must be at most kafka.request_timeout_s (30)"),
        ("ENGINE__COMMIT_INTERVAL_MAX_MS", "100", "must be at least engine.commit_interval_ms"),
        ("DECISION__SEND_PRICE", "NaN", "must be a finite number"),
        ("DECISION__SEND_PRICE", "cheap", "must be a number"),
        ("DECISION__HOLDOUT_INVITE", "1.1", "must be at most 1"),
        ("STREAMS__CLOSE_AFTER_HOURS", "0", "must be above 0"),
        ("GUARDRAILS__MAX_INVITES_7D", "10001", "must be at most 10000"),
        ("RUNGS", "{}", "must be a list"),
        ("RUNGS", "[]", "must be a list of 1 to 16 rungs"),
        ("SEED", "[" * 100_000, "must be a whole number"),
    ],
)
def test_a_wrong_value_says_what_to_put(
    tmp_path: Path, variable: str, text: str, problem: str
) -> None:
    """Each kind of wrong value gets its own sentence, with the variable that holds it."""
    (found,) = problems(tmp_path, **{variable: text})
    assert problem in found
    assert f"(LIVECUE_{variable})" in found
    assert len(found) < 300


@pytest.mark.parametrize(
    ("rung", "path", "problem"),
    [
        ("5, 5, 5", "closes_minutes", "must be below opens_minutes (5)"),
        ("60, 30, 15", "nominal_minutes", "must be at least closes_minutes (30)"),
        ("60, 30, 60", "nominal_minutes", "must be below opens_minutes (60)"),
        ("60, -1, 15", "closes_minutes", "must be at least 0"),
    ],
)
def test_a_window_must_make_sense(tmp_path: Path, rung: str, path: str, problem: str) -> None:
    """A rung opens before its nominal time, which is not after it closes, before the start."""
    opens, closes, nominal = rung.split(", ")
    found = problems(
        tmp_path,
        f'[[rungs]]\nname = "a"\nopens_minutes = {opens}\ncloses_minutes = {closes}\n'
        f"nominal_minutes = {nominal}\n",
    )
    assert any(line.startswith(f"rungs[0].{path}:") and problem in line for line in found)


def test_rungs_have_names_of_their_own(tmp_path: Path) -> None:
    """Two rungs of one name would share their reminders' ids."""
    rung = '{"name": "a", "opens_minutes": 9, "closes_minutes": 1, "nominal_minutes": 5}'
    (found,) = problems(tmp_path, RUNGS=f"[{rung}, {rung}]")
    assert "more than once: a" in found


def test_an_incomplete_rung_with_an_unknown_key_tells_both(tmp_path: Path) -> None:
    """What is missing and what is too much are told together."""
    found = problems(tmp_path, '[[rungs]]\nname = "a b"\nopens_minutes = 9\nclose_minutes = 1\n')
    assert [line.split(":")[0] for line in found] == [
        "rungs[0].name",
        "rungs[0].closes_minutes",
        "rungs[0].nominal_minutes",
        "rungs[0].close_minutes",
    ]


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("REDIS__URL", "https://user:hunter2@host"),
        ("REDIS", "redis://user:hunter2@host"),
        ("REDIS", '{"url": 5, "hunter2": "hunter2"}'),
        ("REDIS_URL", "redis://user:hunter2@host"),
    ],
)
def test_a_secret_is_never_shown_when_it_is_wrong(tmp_path: Path, variable: str, text: str) -> None:
    """Neither the message nor the traceback holds the value of a secret, even misplaced."""
    with pytest.raises(SettingsError) as caught:
        load_settings({f"LIVECUE_{variable}": text}, tmp_path / "absent.toml")
    shown = "".join(traceback.format_exception(caught.value))
    assert "user:hunter2" not in shown
    assert '"hunter2"' not in shown


def test_a_secret_is_never_shown_when_it_is_right(tmp_path: Path) -> None:
    """Neither text nor dump of the settings holds it; only who asks for it gets it."""
    empty = tmp_path / "empty.toml"
    empty.touch()
    settings = load_settings({"LIVECUE_REDIS__URL": "rediss://user:hunter2@host"}, empty)
    assert "hunter2" not in repr(settings) + str(settings) + settings.model_dump_json()
    assert settings.redis.url is not None
    assert settings.redis.url.get_secret_value() == "rediss://user:hunter2@host"


def test_quiet_hours_can_be_none_in_the_file(tmp_path: Path) -> None:
    """TOML has no null, so the word stands for it."""
    file = tmp_path / "livecue.toml"
    file.write_text('default_quiet_hours = "none"\n', encoding="utf-8")
    assert load_settings({}, file) == Settings(default_quiet_hours=None)


@pytest.mark.parametrize(
    ("arms", "path", "problem"),
    [
        ([], "[0].arms", "1 to 16 arms"),
        ([("a b", 1.0)], "[0].arms[0].name", "1 to 64 letters"),
        ([("a", 0.0)], "[0].arms[0].share", "above 0"),
        ([("a", 0.6), ("b", 0.6)], "[0].arms", "add up to 1"),
        ([("a", 0.1), ("a", 0.1)], "[0].arms", "name of its own"),
        ([("a", 1.0, "luck")], "[0].arms[0].strategy", "'hybrid'"),
    ],
)
def test_an_experiment_must_make_sense(
    tmp_path: Path, arms: list[tuple[object, ...]], path: str, problem: str
) -> None:
    """Arms have names, shares that fit, and strategies that there are."""
    keys = ("name", "share", "strategy")
    said = [{"id": "x", "arms": [dict(zip(keys, arm, strict=False)) for arm in arms]}]
    (found,) = problems(tmp_path, DECISION__EXPERIMENTS=json.dumps(said))
    assert found.startswith(f"decision.experiments{path} (")
    assert problem in found


def test_experiments_have_ids_of_their_own(tmp_path: Path) -> None:
    """Two of one id would draw the same arms."""
    one = {"id": "x", "arms": [{"name": "a", "share": 0.1}]}
    (found,) = problems(tmp_path, DECISION__EXPERIMENTS=json.dumps([one, one]))
    assert "id of its own" in found
