"""The environments of the peers: `.venv-peers` for Python, compiled classes for Java."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.peers.jars import class_path
from streams.embedded.jars import default_cache_dir, exclusive
from streams.embedded.java import find_java

__all__ = ["JAVA_FOLDER", "PYTHON_FOLDER", "Unavailable", "java_command", "peer_python"]

Say = Callable[[str], None]

_ROOT = Path(__file__).parents[2]
_LOCK = Path(__file__).with_name("requirements.txt")
PYTHON_FOLDER = Path(__file__).with_name("python")
JAVA_FOLDER = Path(__file__).with_name("java")
_INSTALL_S = 600
_COMPILE_S = 180
_SHARED_SOURCES = ("Event.java", "EventReader.java", "Progress.java", "UserRow.java")
_MAIN = {"kafka-streams": "StreamsPeer", "flink": "FlinkPeer"}
# Flink 1.20 looks into classes of the JDK, as its own start script allows it to.
_OPENS = tuple(
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in ("java.lang", "java.net", "java.io", "java.nio", "java.util", "java.time")
)


class Unavailable(Exception):  # noqa: N818 - it is no error of ours
    """A peer cannot run on this machine; the text says why."""


def peer_python(say: Say, folder: Path = _ROOT / ".venv-peers") -> Path:
    """Return the interpreter of the peers' own environment, made first where it is not current.

    Raises
    ------
    Unavailable
        The packages cannot be installed.
    """
    python, stamp = folder / "bin" / "python", folder / "locked"
    folder.mkdir(exist_ok=True)
    with exclusive(folder / "lock"):
        digest = hashlib.sha256(_LOCK.read_bytes()).hexdigest()
        if stamp.is_file() and stamp.read_text() == digest:
            return python
        say(f"installing the Python peers into {folder}, once")
        uv = Path(sys.executable).with_name("uv")
        for command in (
            f"venv --quiet --allow-existing --python {sys.executable} {folder}",
            f"pip install --quiet --python {python} --require-hashes --no-deps -r {_LOCK}",
        ):
            done = subprocess.run(
                [str(uv), *shlex.split(command)],
                capture_output=True,
                text=True,
                timeout=_INSTALL_S,
                check=False,
            )
            if done.returncode:
                raise Unavailable(f"the Python peers do not install: {done.stderr.strip()[-400:]}")
        stamp.write_text(digest)
    return python


def java_command(peer: str, heap_mb: int, say: Say) -> list[str]:
    """Return the command that runs a Java peer, without its arguments; compiled when needed.

    Raises
    ------
    Unavailable
        There is no `javac`, or the sources do not compile.
    """
    jars = class_path(peer, default_cache_dir(), say)
    classes = _compiled(peer, jars, say)
    path = ":".join(map(str, [classes, *jars]))
    options = [f"-Xmx{heap_mb}m", "-XX:+UseParallelGC", *_OPENS, "-cp", path]
    return [str(find_java()), *options, _MAIN[peer]]


def _compiled(peer: str, jars: list[Path], say: Say) -> Path:
    javac = _javac()
    sources = [JAVA_FOLDER / name for name in (f"{_MAIN[peer]}.java", *_SHARED_SOURCES)]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    folder = default_cache_dir() / "peer-classes" / f"{peer}-{digest}"
    if folder.is_dir():
        return folder
    if javac is None:
        raise Unavailable("no javac on this machine (JAVA_HOME/bin or PATH): Java peers skipped")
    say(f"compiling {peer}")
    staging = folder.with_name(f"{folder.name}.{os.getpid()}")
    staging.mkdir(parents=True)
    done = subprocess.run(
        [
            *(javac, "-nowarn", "-Xlint:none", "--release", "17", "-d", str(staging)),
            *("-cp", ":".join(map(str, jars)), *map(str, sources)),
        ],
        capture_output=True,
        text=True,
        timeout=_COMPILE_S,
        check=False,
    )
    if done.returncode:
        shutil.rmtree(staging, ignore_errors=True)
        raise Unavailable(f"{peer} does not compile: {done.stderr.strip()[-400:]}")
    if folder.is_dir():
        shutil.rmtree(staging, ignore_errors=True)
    else:
        staging.rename(folder)
    return folder


def _javac() -> str | None:
    home = os.environ.get("JAVA_HOME")
    if home and Path(home, "bin", "javac").is_file():
        return str(Path(home, "bin", "javac"))
    return shutil.which("javac")
