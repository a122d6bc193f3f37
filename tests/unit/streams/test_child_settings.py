"""What a child process is told, file and environment together, are its parent's settings."""

from __future__ import annotations

from pathlib import Path

from config import load_settings
from streams.settings_text import secret_variables, settings_toml


def test_a_child_has_the_secrets_too(tmp_path: Path) -> None:
    """Those from files by the file's name, the others by the environment; none in the TOML."""
    kept, given = "from-a-file-81ab", "from-a-variable-20cd"
    file = tmp_path / "password"
    file.write_text(kept + "\n", "utf-8")
    variables = {
        "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": "kafka:9093",
        "LIVECUE_KAFKA__SECURITY_PROTOCOL": "SASL_SSL",
        "LIVECUE_KAFKA__SASL_USERNAME": "livecue",
        "LIVECUE_KAFKA__SASL_PASSWORD_FILE": str(file),
        "LIVECUE_REDIS__URL": f"rediss://livecue:{given}@redis:6379/0",
        "LIVECUE_ERASURE_SALT": given,
    }
    parent = load_settings(variables)
    told = tmp_path / "livecue.toml"
    told.write_text(settings_toml(parent), "utf-8")
    assert load_settings(secret_variables(parent), told) == parent
    assert kept not in told.read_text("utf-8")
    assert given not in told.read_text("utf-8")
