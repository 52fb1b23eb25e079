"""A catalogue in a process of its own: seconds to its first page, and MB by which the process grew.

python -m benchmarks._fresh STORE
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from datetime import date

import orjson

from benchmarks._server import Running
from plumbline.stores import store_opener
from registry.records.catalogue import Catalogue, Wanted


def fresh_catalogue(store: str) -> tuple[float, float]:
    """Measured in another process. Raises CalledProcessError."""
    command = [sys.executable, "-m", "benchmarks._fresh", store]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=300)
    seconds, megabytes = orjson.loads(done.stdout)
    return seconds, megabytes


async def _measured(address: str) -> tuple[float, float]:
    store = await store_opener(address)()
    try:
        before, begun = _megabytes(), time.perf_counter()
        await Catalogue(store).search(Wanted(), date(2026, 11, 1))
        return time.perf_counter() - begun, _megabytes() - before
    finally:
        await store.close()


def _megabytes() -> float:
    return Running(os.getpid(), 0, 0).megabytes()


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(asyncio.run(_measured(sys.argv[1]))))
