"""Sends prepared requests over a few kept connections, in a process of its own, and says how long the answers took.

python -m benchmarks._load PLAN

A plan is a Plan as JSON; what is printed is a Measured as JSON. Every answer is looked at: its status, whether it holds
what it must, and nothing that was not asked for. The end comes with the last request, with a wrong answer, or when the
time is over.
"""

from __future__ import annotations

import re
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

_PIECE = 1 << 18
_LENGTH = b"content-length:"
_DISPLAY = re.compile(rb'"display":"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request, all of it, and what stands in the body of a right answer."""

    request: str
    holds: Sequence[str]
    within: str = ""
    """What stands in each display of the answer, if anything does."""
    displays: int = 0
    """How many they then are."""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send: each exchange once, by whichever connection is free."""

    port: int
    connections: int
    seconds: float
    """After which no further request is sent."""
    exchanges: Sequence[Exchange]


@dataclass(frozen=True, slots=True)
class Measured:
    """Times in milliseconds. The first tenth of the answers warms up and is not counted."""

    rate: float
    """Answers a second."""
    p50: float
    p99: float
    answers: int
    wrong: int
    first_wrong: str


def run_load(plan: Plan) -> Measured:
    """Carry a plan out in another process. Raises CalledProcessError."""
    with tempfile.NamedTemporaryFile(prefix="plumbline-", suffix=".json") as file:
        Path(file.name).write_bytes(orjson.dumps(plan))
        command = [sys.executable, "-m", "benchmarks._load", file.name]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=plan.seconds + 60)
    return Measured(**orjson.loads(done.stdout))


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    number: int = -1
    """Of the exchange under way."""
    sent: float = 0.0
    received: bytes = b""


class _Load:
    def __init__(self, plan: Plan) -> None:
        self._requests = [each.request.encode() for each in plan.exchanges]
        self._holds = [[part.encode() for part in each.holds] for each in plan.exchanges]
        self._starts = [b"HTTP/1.1 %d " % each.status for each in plan.exchanges]
        self._hits = [(each.within.encode(), each.displays) for each in plan.exchanges]
        self._ended: list[float] = []
        self._times: list[float] = []
        self._wrong: list[bytes] = []
        self._selector = selectors.DefaultSelector()
        self._plan = plan

    def run(self) -> Measured:
        connections = [_Connection(_connected(self._plan.port)) for _ in range(self._plan.connections)]
        begun = time.perf_counter()
        waiting = iter(range(len(self._requests)))
        for each in connections:
            self._selector.register(each.socket, selectors.EVENT_READ, each)
            self._send_next(each, waiting)
        ends = begun + self._plan.seconds
        while self._selector.get_map() and not self._wrong and time.perf_counter() < ends:
            for key, _ in self._selector.select(1):
                self._receive(key.data, waiting)
        return self._measured(begun)

    def _send_next(self, connection: _Connection, waiting: Iterator[int]) -> None:
        number = next(waiting, None)
        if number is None:
            self._selector.unregister(connection.socket)
            connection.socket.close()
            return
        connection.number, connection.received, connection.sent = number, b"", time.perf_counter()
        connection.socket.sendall(self._requests[number])

    def _receive(self, connection: _Connection, waiting: Iterator[int]) -> None:
        piece = connection.socket.recv(_PIECE)
        if not piece:
            raise SystemExit(f"the server closed the connection on {self._requests[connection.number]!r}")
        answer = connection.received = connection.received + piece
        start = answer.find(b"\r\n\r\n") + 4
        if start == 3 or len(answer) < start + _length(answer[:start]):
            return
        now = time.perf_counter()
        self._times.append(now - connection.sent)
        self._ended.append(now)
        if not self._is_right(connection.number, answer, start):
            self._wrong.append(self._requests[connection.number] + b"\n\n" + answer)
        self._send_next(connection, waiting)

    def _is_right(self, number: int, answer: bytes, start: int) -> bool:
        if not answer.startswith(self._starts[number]):
            return False
        within, expected = self._hits[number]
        if within:
            displays = _DISPLAY.findall(answer, start)
            if len(displays) != expected or any(within not in each for each in displays):
                return False
        return all(answer.find(part, start) != -1 for part in self._holds[number])

    def _measured(self, begun: float) -> Measured:
        warm = len(self._ended) // 10
        seconds = self._ended[-1] - (self._ended[warm - 1] if warm else begun)
        times = sorted(self._times[warm:])
        wrong = self._wrong[0].decode("utf-8", "replace")[:3000] if self._wrong else ""
        p50, p99 = statistics.median(times) * 1000, times[len(times) * 99 // 100] * 1000
        return Measured(len(times) / seconds, p50, p99, len(self._times), len(self._wrong), wrong)


def _connected(port: int) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=30)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _length(head: bytes) -> int:
    head = head.lower()
    start = head.find(_LENGTH)
    if start == -1:
        raise SystemExit(f"an answer without its length: {head!r}")
    start += len(_LENGTH)
    return int(head[start : head.find(b"\r", start)])


def main(path: str) -> None:
    """Carry out the plan in a file and print what was measured."""
    read = orjson.loads(Path(path).read_bytes())
    plan = Plan(**{**read, "exchanges": [Exchange(**each) for each in read["exchanges"]]})
    sys.stdout.buffer.write(orjson.dumps(asdict(_Load(plan).run())))


if __name__ == "__main__":
    main(*sys.argv[1:])
