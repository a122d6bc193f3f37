"""Secrets come from the environment or from a file, and no message shows one."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import Settings, SettingsError, load_settings
from config.catalogue import catalogue
from config.secret_files import secret_files

SECRET = "hunter2-9e1d"
LOGIN = {
    "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": "kafka:9093",
    "LIVECUE_KAFKA__SECURITY_PROTOCOL": "SASL_SSL",
    "LIVECUE_KAFKA__SASL_USERNAME": "livecue",
}


def loaded(folder: Path, **variables: str) -> Settings:
    """Settings of these variables alone."""
    file = folder / "livecue.toml"
    file.touch()
    return load_settings({f"LIVECUE_{name}": text for name, text in variables.items()}, file)


def refused(folder: Path, **variables: str) -> str:
    """What is said about these variables."""
    with pytest.raises(SettingsError) as caught:
        loaded(folder, **variables)
    return str(caught.value)


def test_every_secret_may_come_from_a_file() -> None:
    """For each secret there is a setting that names its file."""
    assert set(secret_files().values()) <= set(catalogue())


def test_a_secret_is_the_files_text_without_its_last_line_end(tmp_path: Path) -> None:
    """As `echo` and Kubernetes write it; spaces within and around are the secret's own."""
    file = tmp_path / "password"
    file.write_bytes(b" h\xc3\xa9llo w \r\n")
    settings = load_settings({**LOGIN, "LIVECUE_KAFKA__SASL_PASSWORD_FILE": str(file)})
    assert settings.kafka.sasl_password is not None
    assert settings.kafka.sasl_password.get_secret_value() == " héllo w "


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"\n", "it is empty"),
        (b"\xff\xfe", "not UTF-8"),
        (b"x" * 70_000, "too long"),
    ],
)
def test_a_file_that_holds_no_secret(tmp_path: Path, content: bytes, reason: str) -> None:
    """The setting and the file are named, and nothing of what it holds."""
    file = tmp_path / "password"
    file.write_bytes(content)
    said = refused(tmp_path, REDIS__URL="redis://host", REDIS__PASSWORD_FILE=str(file))
    assert f"redis.password_file (LIVECUE_REDIS__PASSWORD_FILE): {file} cannot be used" in said
    assert reason in said


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """With the system's reason."""
    assert "/nowhere cannot be used: No such file" in refused(tmp_path, REDIS__URL_FILE="/nowhere")


def test_a_secret_has_one_source(tmp_path: Path) -> None:
    """Two would leave it open which is used."""
    file = tmp_path / "url"
    file.write_text("redis://host")
    said = refused(tmp_path, REDIS__URL=f"redis://:{SECRET}@host", REDIS__URL_FILE=str(file))
    assert "redis.url is set too; set one of the two" in said
    assert SECRET not in said


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"KAFKA__SECURITY_PROTOCOL": "SASL_SSL"}, "needs sasl_username and sasl_password"),
        ({"KAFKA__SECURITY_PROTOCOL": "SSL"}, "needs bootstrap_servers"),
        ({"KAFKA__SASL_PASSWORD": SECRET}, "set security_protocol to SASL_SSL"),
        ({"KAFKA__SSL_CA_FILE": "/ca.pem"}, "ssl_ca_file would not be used; set security_protocol"),
        ({"KAFKA__SSL_CA_FILE": "ca.pem"}, "must be an absolute path"),
        ({"KAFKA__SSL_KEY_PASSWORD": SECRET}, "need ssl_cert_file"),
        ({"KAFKA__SASL_MECHANISM": "GSSAPI"}, "must be 'PLAIN', 'SCRAM-SHA-256'"),
        ({"REDIS__URL": "redis://h", "REDIS__SSL_CA_FILE": "/ca.pem"}, "set url to rediss://"),
        ({"REDIS__URL": "redis://h", "REDIS__USERNAME": "u"}, "username needs password"),
        ({"REDIS__PASSWORD": SECRET}, "password would not be used; set url"),
        (
            {"REDIS__URL": f"redis://u:{SECRET}@h", "REDIS__PASSWORD": SECRET},
            "url names a user too",
        ),
        ({"REDIS__URL": f"redis://u:{SECRET}/x@h"}, "special characters are written as %XX"),
        ({"ERASURE_SALT": "short"}, "must have at least 16 characters"),
    ],
)
def test_settings_that_do_not_fit_together(
    tmp_path: Path, variables: dict[str, str], expected: str
) -> None:
    """What would leave a connection open, or a secret unused, is refused before anything runs."""
    said = refused(tmp_path, **variables)
    assert expected in said
    assert SECRET not in said
    assert len(said.splitlines()) == 2


def test_plain_needs_tls() -> None:
    """Its password goes over the wire as it is."""
    login = LOGIN | {
        "LIVECUE_KAFKA__SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "LIVECUE_KAFKA__SASL_MECHANISM": "PLAIN",
        "LIVECUE_KAFKA__SASL_PASSWORD": SECRET,
    }
    with pytest.raises(SettingsError, match="sends the password as it is"):
        load_settings(login)
