"""What a variable's text means depends on the setting that it is for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config import Settings, load_settings
from config.catalogue import catalogue


def load(tmp_path: Path, **variables: str) -> Settings:
    """Settings of nothing but these variables."""
    empty = tmp_path / "empty.toml"
    empty.touch()
    return load_settings({f"LIVECUE_{name}": value for name, value in variables.items()}, empty)


def value_at(settings: Settings, path: str) -> Any:
    """The value at a dotted path."""
    value: Any = settings
    for name in path.split("."):
        value = getattr(value, name)
    return value


@pytest.mark.parametrize(
    ("variable", "text", "path", "expected"),
    [
        ("APP_ID", "42", "app_id", "42"),
        ("CLOCK", "topic", "clock", "topic"),
        ("TOPICS__PARTITIONS", "12", "topics.partitions", 12),
        ("TOPICS__CREATE", "false", "topics.create", False),
        ("TOPICS__CREATE", "Off", "topics.create", False),
        ("TOPICS__CREATE", "1", "topics.create", True),
        ("DECISION__SEND_PRICE", "1e-3", "decision.send_price", 0.001),
        ("DECISION__INVITES_PER_USER_DAY", "2", "decision.invites_per_user_day", 2.0),
        ("DECISION__INVITES_PER_USER_DAY", "null", "decision.invites_per_user_day", None),
        ("DECISION__INVITES_PER_USER_DAY", "", "decision.invites_per_user_day", None),
        ("KAFKA__BOOTSTRAP_SERVERS", "", "kafka.bootstrap_servers", None),
        ("KAFKA__BOOTSTRAP_SERVERS", "none", "kafka.bootstrap_servers", None),
        ("KAFKA__BOOTSTRAP_SERVERS", "a:9092,[::1]:9", "kafka.bootstrap_servers", "a:9092,[::1]:9"),
        ("DEFAULT_QUIET_HOURS", "null", "default_quiet_hours", None),
        ("DEFAULT_QUIET_HOURS", "None", "default_quiet_hours", None),
        ("DEFAULT_QUIET_HOURS__START", "21:15", "default_quiet_hours.start", "21:15"),
        ("DEFAULT_QUIET_HOURS", '{"end": "02:00"}', "default_quiet_hours.end", "02:00"),
        ("EMBEDDED__CACHE_DIR", "null", "embedded.cache_dir", None),
        ("ENGINE", '{"commit_interval_ms": 70}', "engine.commit_interval_ms", 70),
    ],
)
def test_text_becomes_the_kind_of_the_setting(
    tmp_path: Path, variable: str, text: str, path: str, expected: object
) -> None:
    """Numbers, switches, lists, groups and none are read; text stays as it is."""
    value = value_at(load(tmp_path, **{variable: text}), path)
    assert value == expected
    assert type(value) is type(expected)


def test_a_list_is_json(tmp_path: Path) -> None:
    """The ladder is set by one variable."""
    ladder = '[{"name": "3h", "opens_minutes": 200, "closes_minutes": 9, "nominal_minutes": 180}]'
    (rung,) = load(tmp_path, RUNGS=ladder).rungs
    assert (rung.name, rung.opens_minutes, rung.nominal_minutes) == ("3h", 200, 180)


def test_the_more_precise_variable_wins(tmp_path: Path) -> None:
    """A variable of one value goes over that of its whole group, whatever their order."""
    settings = load(
        tmp_path, TOPICS__PARTITIONS="4", TOPICS='{"partitions": 2, "prefix": "group."}'
    )
    assert settings.topics.partitions == 4
    assert settings.topics.prefix == "group."


def test_an_empty_url_switches_the_view_off(tmp_path: Path) -> None:
    """Empty is not the same as unset: unset means an embedded server where one is started."""
    url = load(tmp_path, REDIS__URL="").redis.url
    assert url is not None
    assert url.get_secret_value() == ""
    assert load(tmp_path, REDIS__URL="none").redis.url is None


def test_other_variables_are_left_alone(tmp_path: Path) -> None:
    """Only the prefix in capitals is ours."""
    empty = tmp_path / "empty.toml"
    empty.touch()
    assert (
        load_settings({"PATH": "/bin", "livecue_seed": "x", "XLIVECUE_A": ""}, empty) == Settings()
    )


def test_every_setting_has_a_variable_that_sets_it(tmp_path: Path) -> None:
    """The default of each setting, written into its variable, gives the default again."""
    simple = [s for s in catalogue().values() if type(s.default) in (int, float, str, bool)]
    assert len(simple) > 25
    empty = tmp_path / "empty.toml"
    empty.touch()
    assert load_settings({s.variable: str(s.default) for s in simple}, empty) == Settings()
