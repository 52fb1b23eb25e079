from __future__ import annotations

import signal
import subprocess
import sys

import pytest

WAITS = """
from plumbline.demo.stopping import stoppable, wait
with stoppable():
    wait(lambda: print("serves", flush=True))
    print("closed", flush=True)
"""
WORKS = """
import time
from plumbline.demo.stopping import stoppable
with stoppable():
    try:
        print("works", flush=True)
        time.sleep(60)
    finally:
        print("closed", flush=True)
"""


def _stopped(script: str, number: int) -> tuple[str, int]:
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=_at_a_terminal
    ) as process:
        process.stdout.readline()
        process.send_signal(number)
        return process.stdout.read().decode().strip(), process.wait(20)


def _at_a_terminal() -> None:
    """What a shell starts in the background does not hear Ctrl-C, and these tests may run there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_who_waits_to_be_stopped_ends_well(number):
    assert _stopped(WAITS, number) == ("closed", 0)


def test_who_is_stopped_at_work_closes_what_is_open():
    said, status = _stopped(WORKS, signal.SIGTERM)
    assert said == "closed"
    assert status != 0
