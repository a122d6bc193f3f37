"""The command line: what exists, how it fails, and that asking for help loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import orjson
import pytest
import typer
from typer.testing import CliRunner

from config import SettingsError, load_settings
from features.errors import LivecueError
from streams.cli import COMMANDS, create_cli
from streams.embedded.ports import free_ports
from streams.masked_url import masked_url

_HEAVY = ("aiokafka", "faust", "jgo", "kafka", "numpy", "pydantic", "redis", "river")
_ASK_HELP = f"""
import sys
from streams.cli import main
sys.argv = ["livecue", "--help"]
try:
    main()
except SystemExit as ended:
    assert ended.code == 0, ended.code
print("HEAVY", [name for name in {_HEAVY!r} if name in sys.modules])
"""

_STOPPED_WHERE_IT_IS_IGNORED = """
import os, signal, sys, time
from streams import cli
from streams.commands import config
class Lock:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)
def register(app):
    @app.command()
    def config():
        Lock()
        time.sleep(60)
config.register = register
sys.argv = ["livecue", "config"]
cli.main()
"""

run = CliRunner().invoke


@pytest.fixture(autouse=True)
def _no_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run where no `livecue.toml` lies."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> dict[str, BaseException]:
    """A command line whose `config` raises what is put under `error`."""
    given: dict[str, BaseException] = {}

    def register(app: typer.Typer) -> None:
        @app.command()
        def config() -> None:
            raise given["error"]

    monkeypatch.setattr("streams.commands.config.register", register)
    return given


def test_the_version_is_said_without_a_command() -> None:
    """`--version` alone prints it and ends with 0."""
    said = run(create_cli(), ["--version"])
    assert (said.exit_code, said.output.strip()) == (0, version("livecue"))


def test_help_is_there_for_every_command() -> None:
    """`--help` of each command ends with 0 and says what it does."""
    listed = run(create_cli(), ["--help"]).output
    for name in COMMANDS:
        if f" {name} " in listed:
            found = run(create_cli(), [name, "--help"])
            assert found.exit_code == 0, name
            assert "Usage: livecue" in found.output or f"{name} [OPTIONS]" in found.output


def test_help_loads_nothing_heavy() -> None:
    """The list of commands needs none of the large libraries, so it is quick."""
    done = subprocess.run(
        [sys.executable, "-c", _ASK_HELP],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout.rstrip().endswith("HEAVY []")


def test_a_worker_is_there_without_what_only_the_trainer_needs() -> None:
    """SciPy, which comes with River's models, takes as long to import as all else."""
    asked = "import sys, streams.engine.application; print('scipy.stats' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout.split() == ["False"]


def test_nothing_asked_shows_the_help() -> None:
    """`livecue` alone lists the commands."""
    assert "doctor" in run(create_cli(), []).output


def test_an_unknown_command_is_bad_input() -> None:
    """A command that does not exist exits 2."""
    found = run(create_cli(), ["reminder"])
    assert found.exit_code == 2
    assert "No such command" in found.output


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (LivecueError("Kafka is away"), 1, "livecue: Kafka is away\n"),
        (SettingsError(["seed: is wrong"]), 2, "livecue: 1 setting is wrong:\n  seed: is wrong\n"),
        (OSError(28, "No space left on device"), 1, "livecue: No space left on device\n"),
        (OSError(13, "Denied", "/x"), 1, "livecue: Denied: /x\n"),
        (KeyboardInterrupt(), 0, ""),
    ],
)
def test_expected_ends(
    failing: dict[str, BaseException], error: BaseException, code: int, text: str
) -> None:
    """Failures are a sentence and an exit code; being told to stop is none."""
    failing["error"] = error
    found = run(create_cli(), ["config"])
    assert (found.exit_code, found.stderr) == (code, text)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("asked", [["--version"], ["--help"], ["config"], ["config", "--json"]])
def test_a_full_disk_is_said_in_a_sentence(asked: list[str]) -> None:
    """Where the output goes into a file, with nothing more from the interpreter as it ends."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "streams", *asked],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=Path(__file__).parents[3],
        )
    assert (done.returncode, done.stderr) == (1, "livecue: No space left on device\n")


def test_a_signal_is_not_lost_where_python_ignores_it() -> None:
    """As a module is imported, in the callback that drops its lock, nothing can be raised."""
    done = subprocess.run(
        [sys.executable, "-c", _STOPPED_WHERE_IT_IS_IGNORED],
        capture_output=True,
        check=False,
        timeout=20,
        cwd=Path(__file__).parents[3],
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_bug_stays_a_bug(failing: dict[str, BaseException]) -> None:
    """What nobody expected keeps its traceback."""
    failing["error"] = ValueError("not a setting")
    assert run(create_cli(), ["config"]).exception is failing["error"]


def test_wrong_settings_are_told_all_at_once() -> None:
    """Two wrong variables are two lines and exit 2."""
    wrong = {"LIVECUE_CLOCK": "sundial", "LIVECUE_TOPICS__PARTITIONS": "0"}
    found = run(create_cli(), ["config"], env=wrong)
    assert found.exit_code == 2
    assert "LIVECUE_CLOCK" in found.stderr
    assert "LIVECUE_TOPICS__PARTITIONS" in found.stderr


@pytest.mark.parametrize("asked", [["liverec", "/nowhere"], ["movielens", "--data", "/nowhere"]])
def test_replaying_files_that_are_not_there_is_bad_input(asked: list[str]) -> None:
    """Before anything is started for it."""
    found = run(create_cli(), ["replay", *asked])
    assert found.exit_code == 2
    assert "/nowhere" in found.stderr


def test_the_doctor_waits_no_longer_for_kafka_than_it_says() -> None:
    """At most as long as was set, and it names the setting only where that decides."""
    (port,) = free_ports(1)
    for set_s, said in ((0.1, "within 0.1 s (kafka.start_timeout_s)"), (60.0, "within 5 s:")):
        env = {
            "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": f"127.0.0.1:{port}",
            "LIVECUE_KAFKA__START_TIMEOUT_S": str(set_s),
        }
        found = run(create_cli(), ["doctor", "--json"], env=env)
        assert found.exit_code == 1
        assert said in found.output


def test_config_can_be_loaded_again(tmp_path: Path) -> None:
    """What `config` prints is a file with the same settings."""
    given = {
        "LIVECUE_TOPICS__PREFIX": "shop.",
        "LIVECUE_DECISION__INVITES_PER_USER_DAY": "0.5",
        "LIVECUE_DEFAULT_QUIET_HOURS": "none",
    }
    found = run(create_cli(), ["config"], env=given)
    file = tmp_path / "printed.toml"
    file.write_text(found.output, encoding="utf-8")
    assert load_settings(env={}, path=file) == load_settings(env=given)


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_config_masks_secrets(options: list[str]) -> None:
    """The URL of Redis, which may hold a password, is never printed."""
    given = {"LIVECUE_REDIS__URL": "redis://livecue:hunter2@cache:6379/0"}
    found = run(create_cli(), ["config", *options], env=given)
    assert found.exit_code == 0
    assert "hunter2" not in found.output


def test_config_as_json_has_every_group() -> None:
    """`--json` is one object with the settings' tree."""
    printed = orjson.loads(run(create_cli(), ["config", "--json"]).output)
    assert printed["topics"]["partitions"] == 8
    assert printed["redis"]["url"] is None


def test_topics_without_kafka_is_bad_input() -> None:
    """There is nothing to create topics on, and the text says how to get it."""
    found = run(create_cli(), ["topics"])
    assert found.exit_code == 2
    assert "livecue up" in found.stderr


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://cache:6379/0", "redis://cache:6379/0"),
        ("redis://:secret@cache/0", "redis://:***@cache/0"),
        ("rediss://user:se:cr@et@cache/0", "rediss://user:***@cache/0"),
        ("redis://user@cache/0", "redis://user@cache/0"),
        ("rediss://cache/0?password=secret", "rediss://cache/0?…"),
        ("redis://user:se?cr@et@cache", "redis://…"),
    ],
)
def test_masked_url(url: str, shown: str) -> None:
    """The password goes, and a query, which may hold one."""
    assert masked_url(url) == shown
