"""Who is refused hears it at once: one line, the setting to change, exit 1, and no secret in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest
from securewire.broker import PASSWORD, USER, SecureBroker
from securewire.certificates import KEY_PASSWORD, Certificates
from securewire.valkey import VIEW_PASSWORD, VIEW_USER, SecureValkey
from typer.testing import CliRunner

from config import Settings
from streams.cli import create_cli

COMMANDS = ("worker", "doctor", "topics")
WRONG = "not-the-password-77aa"
SECRETS = (PASSWORD, VIEW_PASSWORD, KEY_PASSWORD, WRONG)

TLS = {"SECURITY_PROTOCOL": "SSL", "SSL_CA_FILE": "{ca}"}
LOGIN = {
    "SECURITY_PROTOCOL": "SASL_SSL",
    "SSL_CA_FILE": "{ca}",
    "SASL_USERNAME": USER,
    "SASL_PASSWORD": PASSWORD,
}
KAFKA_CASES = {
    "wrong password": (
        "scram",
        LOGIN | {"SASL_PASSWORD": WRONG},
        "refuses the login of 'livecue-worker' by SCRAM-SHA-512. Correct kafka.sasl_username",
    ),
    "unknown user": (
        "scram",
        LOGIN | {"SASL_USERNAME": "nobody", "SASL_MECHANISM": "SCRAM-SHA-256"},
        "refuses the login of 'nobody' by SCRAM-SHA-256",
    ),
    "wrong PLAIN password": (
        "scram",
        LOGIN | {"SASL_PASSWORD": WRONG, "SASL_MECHANISM": "PLAIN"},
        "refuses the login of 'livecue-worker' by PLAIN",
    ),
    "no login where one is wanted": (
        "scram",
        TLS,
        "wants a login. Set kafka.security_protocol to SASL_SSL",
    ),
    "login where there is none": (
        "tls",
        LOGIN,
        "has no logins. Set kafka.security_protocol to SSL",
    ),
    "expired": ("expired", TLS, "certificate has expired. Have it renewed, or set this"),
    "foreign authority": ("foreign", TLS, "kafka.ssl_ca_file must hold the authority"),
    "system's authorities": (
        "tls",
        {"SECURITY_PROTOCOL": "SSL"},
        "kafka.ssl_ca_file must hold the authority",
    ),
    "wrong host name": (
        "misnamed",
        TLS,
        "kafka.bootstrap_servers must name the server as its certificate does",
    ),
    "plain client": ("tls", {}, "speaks TLS. Set kafka.security_protocol to SSL or SASL_SSL"),
    "plain server": ("plain", TLS, "does not speak TLS. Correct kafka.bootstrap_servers, or"),
    "no client certificate": (
        "mtls",
        TLS,
        "wants a client certificate that it trusts, and got none",
    ),
    "foreign client certificate": (
        "mtls",
        TLS | {"SSL_CERT_FILE": "{foreign_client}"},
        "Set kafka.ssl_cert_file and kafka.ssl_key_file",
    ),
    "expired client certificate": (
        "mtls",
        TLS | {"SSL_CERT_FILE": "{expired_client}"},
        "Set kafka.ssl_cert_file and kafka.ssl_key_file",
    ),
    "wrong key password": (
        "mtls",
        TLS
        | {"SSL_CERT_FILE": "{client}", "SSL_KEY_FILE": "{client_key}", "SSL_KEY_PASSWORD": WRONG},
        "kafka.ssl_cert_file (with ssl_key_file, ssl_key_password)",
    ),
    "missing file": (
        "tls",
        TLS | {"SSL_CA_FILE": "/nowhere/ca.pem"},
        "kafka.ssl_ca_file: /nowhere",
    ),
}
VIEW = {"USERNAME": VIEW_USER, "PASSWORD": VIEW_PASSWORD}
VIEW_TLS = VIEW | {"SSL_CA_FILE": "{ca}"}
REDIS_CASES = {
    "wrong password": ("tls", VIEW_TLS | {"PASSWORD": WRONG}, "Correct redis.username and redis"),
    "unknown user": ("tls", VIEW_TLS | {"USERNAME": "nobody"}, "refuses the login"),
    "no user": ("tls", {"SSL_CA_FILE": "{ca}"}, "refuses the login"),
    "expired": ("expired", VIEW_TLS, "certificate has expired. Have it renewed"),
    "foreign authority": ("foreign", VIEW_TLS, "redis.ssl_ca_file must hold the authority"),
    "wrong host name": ("misnamed", VIEW_TLS, "redis.url must name the server as its certificate"),
    "no client certificate": ("mtls", VIEW_TLS, "Set redis.ssl_cert_file and redis.ssl_key_file"),
    "foreign client certificate": (
        "mtls",
        VIEW_TLS | {"SSL_CERT_FILE": "{foreign_client}"},
        "Set redis.ssl_cert_file and redis.ssl_key_file",
    ),
}


def filled(options: dict[str, str], section: str, certificates: Certificates) -> dict[str, str]:
    """Variables of a section, with the paths of the certificates put in."""
    files = {name: str(path) for name, path in vars(certificates).items()}
    return {f"{section}__{name}": text.format_map(files) for name, text in options.items()}


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Check that commands with these variables end with 1, say why in one line, and no secret."""

    async def started(_settings: Settings) -> None:
        raise AssertionError("a worker that was to be refused has started")

    def check(commands: Iterable[str], variables: Mapping[str, str], expected: str) -> None:
        env = {f"LIVECUE_{name}": text for name, text in variables.items()}
        for command in commands:
            said = CliRunner().invoke(create_cli(), command.split(), env=env)
            assert said.exit_code == 1, (command, said.output, said.exception)
            assert expected in said.output, (command, said.output)
            assert [secret for secret in SECRETS if secret in said.output] == []
            if command != "doctor":
                assert (len(said.stderr.splitlines()), said.stdout) == (1, ""), said.output

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("streams.runner.run_worker", started)
    # The log of a real worker is no business of the tests that come after.
    monkeypatch.setattr("streams.worker_log.configure_log", lambda *_: None)
    return check


@pytest.mark.parametrize("case", KAFKA_CASES)
def test_kafka_refuses_us_or_we_it(
    case: str,
    secure_kafka: SecureBroker,
    certificates: Certificates,
    refused: Callable[..., None],
) -> None:
    """No endless retry: a worker, the doctor and a client command end within seconds."""
    listener, options, expected = KAFKA_CASES[case]
    variables = filled(options, "KAFKA", certificates)
    variables["KAFKA__BOOTSTRAP_SERVERS"] = secure_kafka.address(listener)
    refused(COMMANDS, variables, expected)


@pytest.mark.parametrize("case", REDIS_CASES)
def test_redis_refuses_us_or_we_it(
    case: str,
    secure_kafka: SecureBroker,
    secure_valkey: SecureValkey,
    certificates: Certificates,
    refused: Callable[..., None],
) -> None:
    """A Redis that is away is waited for; one that refuses us stops what would write to it."""
    door, options, expected = REDIS_CASES[case]
    variables = filled(options, "REDIS", certificates)
    variables["REDIS__URL"] = secure_valkey.url(door)
    variables["KAFKA__BOOTSTRAP_SERVERS"] = secure_kafka.address("plain")
    refused(("worker", "doctor", "erase ann"), variables, expected)


def test_a_redis_that_speaks_tls_is_named(
    secure_kafka: SecureBroker, secure_valkey: SecureValkey, refused: Callable[..., None]
) -> None:
    """Without TLS to a TLS port, and the other way round."""
    broker = {"KAFKA__BOOTSTRAP_SERVERS": secure_kafka.address("plain")}
    url = secure_valkey.url("tls").replace("rediss", "redis")
    refused(["worker"], broker | {"REDIS__URL": url}, "Set redis.url to rediss")
    url = secure_valkey.url("plain").replace("redis", "rediss")
    refused(["worker"], broker | {"REDIS__URL": url}, "does not speak TLS")


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_every_mechanism_lets_us_in(
    mechanism: str, secure_kafka: SecureBroker, certificates: Certificates, topic_prefix: str
) -> None:
    """Over TLS, each of them is a login; the topics are made through it."""
    files = filled(LOGIN | {"SASL_MECHANISM": mechanism}, "KAFKA", certificates)
    address = {"KAFKA__BOOTSTRAP_SERVERS": secure_kafka.address("scram")}
    env = {f"LIVECUE_{name}": text for name, text in (files | address).items()}
    env["LIVECUE_TOPICS__PREFIX"] = topic_prefix
    said = CliRunner().invoke(create_cli(), ["topics"], env=env)
    assert (said.exit_code, said.stderr) == (0, "")


@pytest.mark.parametrize("command", ["config", "config --json"])
def test_config_shows_no_secret(command: str, certificates: Certificates) -> None:
    """Secrets are masked, whether they are a value or a part of one."""
    files = filled(LOGIN, "KAFKA", certificates) | filled(VIEW_TLS, "REDIS", certificates)
    env = {f"LIVECUE_{name}": text for name, text in files.items()}
    env["LIVECUE_KAFKA__BOOTSTRAP_SERVERS"] = "kafka:9093"
    env["LIVECUE_REDIS__URL"] = "rediss://valkey:6379/0"
    env["LIVECUE_ERASURE_SALT"] = f"{WRONG}-{WRONG}"
    said = CliRunner().invoke(create_cli(), command.split(), env=env)
    assert said.exit_code == 0
    assert [secret for secret in SECRETS if secret in said.output] == []
