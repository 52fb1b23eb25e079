"""What is counted of requests, in the format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/).

Labels are the interaction and the status alone: no id, no query, nothing of any record.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0)


class Metrics:
    """Counts the requests of a process; those of all workers, where `shared` names the folder that they share.

    The library shares by way of that folder only if PROMETHEUS_MULTIPROC_DIR named it when the library was imported.
    """

    def __init__(self, shared: str | None = None) -> None:
        self._shared = shared
        self._registry = CollectorRegistry()
        self._seconds = Histogram(
            "fhir_request_seconds",
            "Seconds that requests took, by interaction and status.",
            ("interaction", "status"),
            registry=self._registry,
            buckets=_BUCKETS,
        )
        self._of = functools.lru_cache(maxsize=1024)(self._labelled)

    def observe(self, interaction: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._of(interaction, status)(seconds)

    def text(self) -> bytes:
        """Everything that was counted."""
        if self._shared is None:
            return generate_latest(self._registry)
        every_worker = CollectorRegistry()
        MultiProcessCollector(every_worker, self._shared)  # type: ignore[no-untyped-call]
        return generate_latest(every_worker)

    def _labelled(self, interaction: str, status: int) -> Callable[[float], None]:
        return self._seconds.labels(interaction, str(status)).observe
