from __future__ import annotations

import os
import subprocess
import sys
from itertools import count, islice

import pytest

from fhir_kernel.errors import LimitExceeded
from plumbline.pool import WorkerDied, map_in_order


def _square(number):
    return number * number


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_answers_come_in_the_order_of_the_items(jobs):
    assert list(map_in_order(_square, range(1000), jobs, chunk=7)) == [n * n for n in range(1000)]


def test_nothing_gives_nothing():
    assert list(map_in_order(_square, [], 2)) == []


def test_items_are_read_only_as_they_are_needed():
    assert list(islice(map_in_order(_square, count(), 2, chunk=3), 5)) == [0, 1, 4, 9, 16]


def test_what_work_holds_is_shared_with_the_processes():
    table = {n: str(n) for n in range(100)}
    assert list(map_in_order(lambda n: table[n], range(100), 2)) == list(table.values())


def test_an_exception_of_the_product_is_raised_in_the_caller():
    def fail(number):
        raise LimitExceeded(f"too much: {number}")

    with pytest.raises(LimitExceeded, match="too much: 0"):
        list(map_in_order(fail, range(3), 2))


def test_a_process_that_dies_is_told():
    with pytest.raises(WorkerDied):
        list(map_in_order(lambda _: os._exit(3), range(10), 2))


def test_processes_end_when_the_one_who_wanted_the_answers_is_killed():
    program = (
        "import itertools, sys, time; from plumbline.pool import map_in_order; "
        "answers = map_in_order(lambda n: b'a' * 99999, itertools.count(), 3, chunk=1); next(answers); "
        "print(); sys.stdout.flush(); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as receiver:
        assert receiver.stdout is not None
        receiver.stdout.readline()
        receiver.kill()
        receiver.communicate(timeout=30)  # the end comes when the last process lets go of the output
