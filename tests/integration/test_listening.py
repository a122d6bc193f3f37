"""Nothing that Livecue starts by itself listens beyond this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from ipaddress import IPv6Address, ip_address
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]


def within_this_machine(ip: str) -> bool:
    """Whether only this machine reaches an address; Java writes IPv4 ones as IPv6."""
    address = ip_address(ip)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def listening(process: psutil.Process) -> dict[tuple[str, int], str]:
    """Name of the program by the address that it listens on; of all descendants too."""
    family = [process, *process.children(recursive=True)]
    return {
        (one.laddr.ip, one.laddr.port): member.name()
        for member in family
        for one in member.net_connections("all")
        if one.status == psutil.CONN_LISTEN
    }


def test_the_demo_listens_on_loopback_alone(tmp_path: Path) -> None:
    """Kafka, Valkey, the worker and the command itself, while reminders are shown."""
    env = {name: text for name, text in os.environ.items() if not name.startswith("LIVECUE_")}
    env["PYTHONPATH"] = str(ROOT)
    demo = subprocess.Popen(
        [sys.executable, "-m", "streams", "demo", "--json", "--users", "50", "--seconds", "0"],
        cwd=tmp_path,
        env=env,
        stdout=subprocess.PIPE,
    )
    with demo:
        try:
            assert demo.stdout is not None
            # The first line comes once the worker has answered.
            assert demo.stdout.readline()
            found = listening(psutil.Process(demo.pid))
        finally:
            demo.terminate()
            demo.communicate(timeout=60)
    assert {"java", "valkey-server"} <= set(found.values())
    assert [(ip, name) for (ip, _), name in found.items() if not within_this_machine(ip)] == []
