"""Secrets that are kept in files of their own, as Docker and Kubernetes mount them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.catalogue import Path as SettingPath
from config.catalogue import catalogue

__all__ = ["read_secret_files", "secret_files"]

_SUFFIX = "_file"
_MOST_BYTES = 64 * 1024


def secret_files() -> dict[SettingPath, SettingPath]:
    """Which setting names the file that may hold a secret, by the secret's path."""
    secrets = [one.path for one in catalogue().values() if one.secret and one.group is None]
    return {(*parents, name): (*parents, name + _SUFFIX) for *parents, name in secrets}


def read_secret_files(tree: dict[str, Any], origin: Mapping[SettingPath, str]) -> list[str]:
    """Put the contents of secrets' files in the places of the secrets, and say what is wrong.

    The files are UTF-8; line ends at their end are no part of the secret. `origin` names the
    variables that set paths, for the messages, which never show a secret.
    """
    problems = []
    for secret, path in secret_files().items():
        group = _group(tree, secret[:-1])
        file = group.get(path[-1])
        if not isinstance(file, str) or not file:
            continue
        where = ".".join(path) + (f" ({origin[path]})" if path in origin else "")
        if group.get(secret[-1]) is not None:
            problems.append(f"{where}: {'.'.join(secret)} is set too; set one of the two")
            continue
        try:
            group[secret[-1]] = _content(Path(file))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            problems.append(f"{where}: {file} cannot be used: {reason}")
    return problems


def _group(tree: dict[str, Any], parents: SettingPath) -> dict[str, Any]:
    for parent in parents:
        child = tree.get(parent)
        if not isinstance(child, dict):
            return {}
        tree = child
    return tree


def _content(file: Path) -> str:
    """Raise `OSError` or `ValueError` for what is no secret; neither tells what was read."""
    with file.open("rb") as opened:
        read = opened.read(_MOST_BYTES + 1)
    if len(read) > _MOST_BYTES:
        raise ValueError("it is too long for a secret")
    try:
        text = read.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text") from None
    secret = text.rstrip("\r\n")
    if not secret:
        raise ValueError("it is empty")
    return secret
