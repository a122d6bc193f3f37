"""The image and the compose file, read as text: no engine is needed to see that they fit."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from config import load_settings

_ROOT = Path(__file__).parents[2]
_COMPOSE = _ROOT / "docker/compose.yaml"
_DOCKERFILE = (_ROOT / "docker/Dockerfile").read_text(encoding="utf-8")


def compose(*arguments: str) -> subprocess.CompletedProcess[str]:
    """What the client's compose says to these arguments."""
    command = ["docker", "compose", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    """The services by name, anchors and merges resolved."""
    services: dict[str, dict[str, Any]] = yaml.safe_load(_COMPOSE.read_text("utf-8"))["services"]
    return services


def test_images_have_exact_versions(services: dict[str, dict[str, Any]]) -> None:
    """Nothing changes under a deployment by itself, and Kafka is the version that tests ran on."""
    images = {name: service["image"] for name, service in services.items()}
    assert images["kafka"] == "apache/kafka:4.3.1"
    assert all(re.search(r":\d+\.\d+", image) for image in images.values())


def test_what_runs_on_has_a_health_check(services: dict[str, dict[str, Any]]) -> None:
    """A service that others wait for, or that is restarted, says how it is."""
    assert {name for name, s in services.items() if "healthcheck" in s} == {
        "kafka",
        "valkey",
        "worker",
    }


def test_services_wait_for_ones_that_exist(services: dict[str, dict[str, Any]]) -> None:
    """Who waits for health waits for a service that tells it."""
    for service in services.values():
        for name, condition in service.get("depends_on", {}).items():
            healthy = condition["condition"] == "service_healthy"
            assert not healthy or "healthcheck" in services[name]


def test_the_settings_in_the_compose_file_are_valid(
    services: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    """Its variables are settings, and name the services and ports that are there."""
    empty = tmp_path / "empty.toml"
    empty.touch()
    settings = load_settings(services["worker"]["environment"], empty)
    assert settings.kafka.bootstrap_servers == "kafka:9092"
    assert settings.redis.url is not None
    assert settings.redis.url.get_secret_value() == "redis://valkey:6379/0"


def test_the_secure_compose_file_has_its_secrets_in_files(tmp_path: Path) -> None:
    """Its variables are settings that fit together, and each file they name is mounted."""
    secure = yaml.safe_load(_COMPOSE.with_name("compose.secure.yaml").read_text("utf-8"))
    worker = secure["services"]["worker"]
    env = {
        name: re.sub(r"\$\{\w+:-(.*)\}", r"\1", text)
        for name, text in worker["environment"].items()
    }
    named = {Path(text).name for text in env.values() if text.startswith("/run/secrets/")}
    assert named == set(worker["secrets"]) == set(secure["secrets"])
    for name in named:
        (tmp_path / name).write_text(f"content of {name}\n", "utf-8")
    mounted = {name: text.replace("/run/secrets", str(tmp_path)) for name, text in env.items()}
    (tmp_path / "empty.toml").touch()
    settings = load_settings(mounted, tmp_path / "empty.toml")
    assert settings.kafka.sasl_password is not None
    assert settings.kafka.sasl_password.get_secret_value() == "content of kafka-password"


def test_the_simulator_runs_on_demand(services: dict[str, dict[str, Any]]) -> None:
    """Invented people come only when asked for."""
    assert {name for name, s in services.items() if "profiles" in s} == {"simulator"}


def test_workers_can_be_many(services: dict[str, dict[str, Any]]) -> None:
    """Their number is a variable, so nothing in them may be one of a kind."""
    worker = services["worker"]
    assert worker["deploy"]["replicas"] == "${WORKERS:-2}"
    assert "container_name" not in worker
    assert "ports" not in worker


def test_the_image_is_multi_stage_and_without_rights() -> None:
    """The build tools stay behind, and the process is not root."""
    assert len(re.findall(r"^FROM ", _DOCKERFILE, re.MULTILINE)) == 2
    last = _DOCKERFILE.rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER [1-9]\d*$", last, re.MULTILINE)
    assert "COPY --from=build" in last


def test_the_image_installs_from_the_lock() -> None:
    """Every package in the image is checked by hash, and the build context holds the lock."""
    assert "--require-hashes --only-binary :all:" in _DOCKERFILE
    context = (_ROOT / "docker/Dockerfile.dockerignore").read_text("utf-8").splitlines()
    kept = [line.removeprefix("!") for line in context if line.startswith("!")]
    assert "requirements/runtime.txt" in kept
    assert [path for path in kept if not (_ROOT / path).exists()] == []


def test_the_client_accepts_the_compose_file() -> None:
    """Where a Docker client with compose is at hand, it reads the file without complaint."""
    if not shutil.which("docker") or compose("version").returncode:
        pytest.skip("no Docker client with compose here")
    done = compose("-f", str(_COMPOSE), "--profile", "simulator", "config", "-q")
    assert (done.returncode, done.stderr) == (0, "")
