"""Settings from one TOML file and the environment, checked all at once."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from config.environment import CONFIG_VARIABLE, Overlay
from config.problems import SettingsError, problems_of
from config.secret_files import read_secret_files
from config.settings import Settings

__all__ = ["load_settings"]

_DEFAULT_FILE = "livecue.toml"


def load_settings(env: Mapping[str, str] | None = None, path: str | Path | None = None) -> Settings:
    """The settings of this process: defaults, under the file, under the environment.

    Secrets that a setting `…_file` names are read here, and nowhere else.
    The file is `path`, else what `LIVECUE_CONFIG` names, else `livecue.toml` in the working
    folder when there is one. `env` is `os.environ` unless given.

    Raises `SettingsError`, whose text lists every problem; a command then exits 2.
    """
    if env is None:
        env = os.environ
    file = _chosen_file(env, path)
    tree, problems = _read(file) if file else ({}, [])
    overlay = Overlay(tree, env)
    problems += overlay.problems + read_secret_files(overlay.tree, overlay.origin)
    try:
        settings = Settings.model_validate(overlay.tree)
    except ValidationError as error:
        problems += problems_of(error, overlay.origin, str(file) if file else None)
        # The inputs in the cause may hold secrets, so it is not chained.
        raise SettingsError(problems) from None
    if problems:
        raise SettingsError(problems)
    return settings


def _chosen_file(env: Mapping[str, str], path: str | Path | None) -> Path | None:
    chosen = path or env.get(CONFIG_VARIABLE)
    if chosen:
        return Path(chosen)
    return Path(_DEFAULT_FILE) if Path(_DEFAULT_FILE).is_file() else None


def _read(file: Path) -> tuple[dict[str, Any], list[str]]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig")), []
    except OSError as error:
        return {}, [f"{file}: cannot be read: {error.strerror}"]
    except UnicodeDecodeError:
        return {}, [f"{file}: is not UTF-8 text"]
    except tomllib.TOMLDecodeError as error:
        return {}, [f"{file}: is not TOML: {error}"]
