"""`plumbline` in processes of its own: how long a command takes, and a server that is started, weighed and stopped."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PLUMBLINE = (sys.executable, "-m", "plumbline")


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers. `seconds` passed from its start to its first right answer."""

    process: int
    port: int
    seconds: float

    def megabytes(self) -> float:
        """What it and its workers hold, pages that they share counted once (the proportional set size of Linux)."""
        return sum(map(_kilobytes, _family(self.process))) / 1024


def run_command(*words: object) -> tuple[float, float]:
    """Seconds by the clock, and the most memory of that process in MB. Raises SystemExit where it fails.

    To be called while this process is small: what it holds counts for a child until that becomes another program.
    """
    begun = time.perf_counter()
    child = subprocess.Popen([*PLUMBLINE, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert child.stderr is not None
    said = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(map(str, words))}: {said.decode()}")
    return time.perf_counter() - begun, used.ru_maxrss / 1024


@contextmanager
def serving(tables: Path, load: Path, workers: int, first: str) -> Iterator[Running]:
    """A server, stopped afterwards; it runs once `first`, a path with its query, is answered with 200."""
    with running(("--store", "none", "--workers", workers, "--tables", tables, "--load", load), first) as server:
        yield server


@contextmanager
def running(options: Sequence[object], first: str) -> Iterator[Running]:
    """The same with any options of `plumbline serve`."""
    port = _free_port()
    words = ("serve", "--quiet", "--port", port, *options)
    begun = time.perf_counter()
    child = subprocess.Popen([*PLUMBLINE, *map(str, words)], stdout=subprocess.DEVNULL)
    try:
        while not _answers(port, first):
            if child.poll() is not None or time.perf_counter() > begun + 60:
                raise SystemExit("the server does not start")
            time.sleep(0.002)
        yield Running(child.pid, port, time.perf_counter() - begun)
    finally:
        child.terminate()
        child.wait(30)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except ConnectionError:
        return False
    finally:
        connection.close()


def _family(process: int) -> Iterator[int]:
    yield process
    for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
        yield from _family(int(child))


def _kilobytes(process: int) -> int:
    found = re.search(r"^Pss: +(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1])
