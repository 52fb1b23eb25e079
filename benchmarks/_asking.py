"""Requests one after the other over one kept connection, as one person's browser sends them, and how long they take."""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Times:
    """In milliseconds; the first tenth warms up and is not counted."""

    p50: float
    p99: float

    def __str__(self) -> str:
        return f"p50 {self.p50:.1f} ms, p99 {self.p99:.1f} ms"


class Asking:
    """Asks a server on this machine as the person of a token."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = {"authorization": f"Bearer {token}"}

    def get(self, path: str) -> bytes:
        """The body of an answer. Raises SystemExit where it is no success."""
        return self._ask("GET", path, None, {})

    def json(self, path: str) -> Any:
        """The same, read."""
        return orjson.loads(self.get(path))

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The answer to a JSON object that is posted."""
        return orjson.loads(self._ask("POST", path, orjson.dumps(body), {"content-type": "application/json"}))

    def send(self, path: str, content: bytes, media_type: str) -> Any:
        """The answer to a file that is posted."""
        return orjson.loads(self._ask("POST", path, content, {"content-type": media_type}))

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        self._connection.request(method, path, body, {**self._headers, **headers})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status not in (200, 201):
            raise SystemExit(f"{method} {path}: {answer.status} {content[:2000].decode('utf-8', 'replace')}")
        return content


def times_of(works: Iterable[Callable[[], object]]) -> Times:
    """How long each of some pieces of work takes, one after the other."""
    took = []
    for work in works:
        begun = time.perf_counter()
        work()
        took.append((time.perf_counter() - begun) * 1000)
    counted = sorted(took[len(took) // 10 :])
    return Times(statistics.median(counted), counted[len(counted) * 99 // 100])
