"""A real server of two workers on a file, and its end: by kindness or by force."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
SERVE = (sys.executable, "-m", "plumbline", "serve", "--open", "--quiet", "--port", "0", "--workers", "2")


@dataclass(frozen=True)
class Running:
    process: subprocess.Popen[str]
    base: str
    said: Path
    """What the server wrote to standard error."""

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.base, timeout=60)

    def kill(self) -> None:
        """End all of its processes at once, whatever they are doing."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process.stdout.close()


def start(file: Path, command: Sequence[str] = SERVE, said: Path | None = None) -> Running:
    """Start a server that answers from `file`, and wait until it can be asked."""
    said = said or file.with_suffix(".said")
    with said.open("a") as errors:
        process = subprocess.Popen(
            [*command, "--store", f"sqlite:///{file}"],
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    line = process.stdout.readline()
    assert line, said.read_text()
    return Running(process, line.split()[-1], said)


@contextmanager
def running(file: Path, command: Sequence[str] = SERVE, said: Path | None = None) -> Iterator[Running]:
    server = start(file, command, said)
    try:
        yield server
    finally:
        server.stop()
