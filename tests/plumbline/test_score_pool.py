from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

SCORING = """
import asyncio, multiprocessing
from plumbline.score_pool import pool_scorer

async def main():
    with pool_scorer() as scorer:
        await scorer.score(len, (1,))
        print(*(each.pid for each in multiprocessing.active_children()), flush=True)
        await asyncio.sleep(60)

if __name__ == "__main__":
    asyncio.run(main())
"""


def works(process: int) -> bool:
    """Whether it is there and no mere entry that nobody has looked at yet."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_workers_end_with_the_process_that_started_them(tmp_path):
    script = tmp_path / "scoring.py"
    script.write_text(SCORING)
    running = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    workers = [int(each) for each in running.stdout.readline().split()]
    assert workers
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    end = time.monotonic() + 20
    while any(map(works, workers)):
        assert time.monotonic() < end
        time.sleep(0.05)
