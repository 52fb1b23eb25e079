"""Counts of requests that all workers of a server share (https://prometheus.github.io/client_python/multiprocess/)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fhir_server.metrics import Metrics

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def shared_metrics(workers: int) -> Iterator[Metrics]:
    """The counts; several workers share them by a folder that is removed in the end.

    The library looks for the folder when it is imported, so nothing may have imported it before.
    """
    if workers <= 1:
        from fhir_server.metrics import Metrics

        yield Metrics()
        return
    with tempfile.TemporaryDirectory(prefix="plumbline-metrics-") as folder:
        os.environ[_VARIABLE] = folder
        from fhir_server.metrics import Metrics

        yield Metrics(folder)
