"""Settings come from defaults, one TOML file and the environment, in that order."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import Settings, SettingsError, load_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A settings file that says something of every kind."""
    path = tmp_path / "livecue.toml"
    path.write_text(
        """
        clock = "topic"
        default_quiet_hours = { start = "23:00", end = "07:30" }
        rungs = [{ name = "1h", opens_minutes = 60, closes_minutes = 0, nominal_minutes = 30 }]
        [topics]
        prefix = "shop."
        partitions = 3
        [decision]
        send_price = 0
        """,
        encoding="utf-8",
    )
    return path


def test_without_file_and_variables_all_is_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The defaults are those that the wire contract names."""
    monkeypatch.chdir(tmp_path)
    settings = load_settings({})
    assert settings == Settings()
    assert settings.topics.prefix == "livecue."
    assert settings.topics.partitions == 8
    assert settings.guardrails.max_invites_24h == 3
    assert settings.guardrails.max_invites_7d == 10
    assert settings.guardrails.min_gap_minutes == 120
    assert settings.guardrails.quiet_hours_bind_attend is False
    assert settings.dedup.window_minutes == 10
    assert settings.decision.send_price == 0.01
    assert settings.decision.holdout_invite == 0.02
    assert settings.decision.invites_per_user_day is None
    assert [rung.name for rung in settings.rungs] == ["24h", "2h", "15m"]


def test_a_byte_order_mark_is_no_setting(tmp_path: Path) -> None:
    """Editors on Windows write one before the text."""
    path = tmp_path / "livecue.toml"
    path.write_text('clock = "topic"', encoding="utf-8-sig")
    assert load_settings({}, path).clock == "topic"


def test_the_file_is_read(file: Path) -> None:
    """Every kind of value of a TOML file arrives typed."""
    settings = load_settings({}, file)
    assert settings.clock == "topic"
    assert settings.topics.prefix == "shop."
    assert settings.topics.partitions == 3
    assert settings.topics.create is True
    assert settings.default_quiet_hours is not None
    assert settings.default_quiet_hours.end == "07:30"
    assert settings.decision.send_price == 0
    assert settings.rungs[0].opens_minutes == 60


def test_a_variable_wins_over_the_file(file: Path) -> None:
    """The environment is the last word, and leaves its neighbours in the file alone."""
    settings = load_settings({"LIVECUE_TOPICS__PARTITIONS": "5"}, file)
    assert settings.topics.partitions == 5
    assert settings.topics.prefix == "shop."


def test_the_file_is_named_by_a_variable(file: Path) -> None:
    """LIVECUE_CONFIG names the file and is no setting itself."""
    assert load_settings({"LIVECUE_CONFIG": str(file)}).topics.prefix == "shop."


def test_a_given_path_wins_over_the_variable(file: Path, tmp_path: Path) -> None:
    """A path that a caller gives is what is read."""
    other = tmp_path / "other.toml"
    other.write_text('[topics]\nprefix = "other."\n', encoding="utf-8")
    assert load_settings({"LIVECUE_CONFIG": str(file)}, other).topics.prefix == "other."


def test_the_file_in_the_working_folder_is_found(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`livecue.toml` in the working folder is read without being named."""
    monkeypatch.chdir(file.parent)
    assert load_settings({}).topics.prefix == "shop."


def test_the_process_environment_is_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a mapping the variables of the process count."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIVECUE_SEED", "7")
    assert load_settings().seed == 7


def test_settings_cannot_be_changed() -> None:
    """A process keeps the settings that it started with."""
    with pytest.raises(ValueError, match="frozen"):
        Settings().topics.partitions = 2  # type: ignore[misc]  # that this is refused is the test


def test_a_named_file_that_is_missing_is_a_problem(tmp_path: Path) -> None:
    """A file that someone named must be there."""
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        load_settings({}, tmp_path / "absent.toml")


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"topics = [", "is not TOML"), (b'app_id = "\xff"', "is not UTF-8 text")],
)
def test_a_broken_file_is_reported_with_the_variables(
    tmp_path: Path, content: bytes, message: str
) -> None:
    """What is wrong with the environment is told even when the file cannot be parsed."""
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load_settings({"LIVECUE_SEED": "minus one"}, path)
    assert len(caught.value.problems) == 2
    assert message in caught.value.problems[0]
    assert caught.value.problems[1].startswith("seed (LIVECUE_SEED)")


@pytest.mark.parametrize(
    ("prefix", "app_id"), [("livecue.", "livecue"), ("run-7.", "run-7"), ("", "livecue")]
)
def test_a_deployment_is_named_after_its_topics(prefix: str, app_id: str) -> None:
    """Two prefixes on one broker never share a consumer group or fence each other."""
    assert load_settings({"LIVECUE_TOPICS__PREFIX": prefix}).app_id == app_id
    assert load_settings({"LIVECUE_APP_ID": "other"}).app_id == "other"
