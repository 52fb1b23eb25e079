"""Scores of 10,000 institutions by 300 rules over 90 days: seconds and memory.

First the formula alone, then whole runs from tallies that a store keeps, on SQLite and, where there is a mongod, on
MongoDB: all that `plumbline score run` does, in a process of its own.

python -m benchmarks.scoring [INSTITUTIONS]
"""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from benchmarks._tallied import filled, run
from conformance.scoring.expectations import Expectations, Institution, InstitutionClass, Volume
from conformance.scoring.model import DIMENSIONS, SEVERITIES, Rule, RulePack
from conformance.scoring.period import Period
from conformance.scoring.policy_file import shipped_policy
from conformance.scoring.sheet import Layout, Sheet
from conformance.scoring.snapshot import Basis, take
from tests.contract.mongod import find_mongod, replica_set_url, start_replica_set

INSTITUTIONS, RULES, DAYS, SETS = 10_000, 300, 90, 10
KINDS_OF_DAY = 40
"""Days that differ; each institution has another row of them."""
PERIOD = Period(date(2026, 7, 1), date(2026, 7, 1) + timedelta(days=DAYS - 1))


def main(institutions: int = INSTITUTIONS) -> None:
    """Print the figures, a line for each."""
    _score_by_formula(institutions)
    with tempfile.TemporaryDirectory(prefix="plumbline-") as folder:
        _score_from_store("SQLite", f"sqlite:///{folder}/scores.sqlite", institutions)
    if find_mongod() is None:
        print("no mongod on this machine: MongoDB was not measured")
        return
    servers = start_replica_set(1)
    try:
        address, _, query = replica_set_url(servers).partition("?")
        _score_from_store("MongoDB", f"{address}scores?{query}", institutions)
    finally:
        for server in servers:
            server.stop()


def _score_from_store(name: str, address: str, institutions: int) -> None:
    filling = filled(address, institutions, RULES, SETS, PERIOD)
    words = [sys.executable, "-m", "benchmarks.scoring", "run", address]
    ended = subprocess.run(words, capture_output=True, text=True, check=True)
    print(f"{name}: {ended.stdout.strip()}; filled in {filling:.0f} s")


def run_from_store(address: str) -> None:
    """Print the figures of one run, in a process that has done nothing else."""
    seconds, scored = asyncio.run(run(address, PERIOD))
    used = [resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    work = sum(each.ru_utime + each.ru_stime for each in used)
    print(
        f"{scored:,} institutions scored and kept in {seconds:.1f} s ({work:.1f} s of all processors), "
        f"{_megabytes():.0f} MB and {used[1].ru_maxrss / 1024:.0f} MB a worker"
    )


def _score_by_formula(institutions: int) -> None:
    basis = _basis(institutions)
    begun, worked = time.perf_counter(), time.process_time()
    snapshot = take(basis, _sheets(basis.layout, institutions))
    seconds, work = time.perf_counter() - begun, time.process_time() - worked
    tallies = institutions * RULES * DAYS
    print(
        f"{institutions:,} institutions × {RULES} rules × {DAYS} days, {tallies:,} tallies: {seconds:.1f} s "
        f"({work:.1f} s of one processor), {_megabytes():.0f} MB at the most, "
        f"a snapshot of {len(snapshot.content) / 1e6:.1f} MB"
    )


def _basis(institutions: int) -> Basis:
    rules = [_rule(number) for number in range(RULES)]
    kind = InstitutionClass("hospital", tuple(rule.id for rule in rules))
    people = tuple(
        Institution(name, kind.id, tuple(Volume(name, f"set-{at}", PERIOD, 4000) for at in range(SETS)))
        for name in map(_name, range(institutions))
    )
    pack = RulePack("bench#1", tuple(rules))
    return Basis(pack, shipped_policy(), Expectations((kind,), people), PERIOD, 2026, "bench")


def _rule(number: int) -> Rule:
    """The first ones count volumes."""
    severity, data_set = SEVERITIES[number % 3], f"set-{number % SETS}"
    if number < SETS:
        return Rule(f"rule-{number:03}", severity, "D3", data_set=data_set, measure="volume")
    return Rule(f"rule-{number:03}", severity, DIMENSIONS[number % 7], data_set=data_set)


def _sheets(layout: Layout, institutions: int) -> Iterator[Sheet]:
    random = Random(7)
    days = [_day(random) for _ in range(KINDS_OF_DAY)]
    for number in range(institutions):
        sheet = Sheet(layout, _name(number))
        for at, day in enumerate(sheet.days()):
            sheet.add_day(day, days[(number * 7 + at * (1 + number % 11)) % KINDS_OF_DAY])
        yield sheet


def _day(random: Random) -> array[int]:
    judged = [random.randrange(20, 60) for _ in range(RULES)]
    failed = [sum(random.random() < 0.05 for _ in range(each)) for each in judged]
    passed = [one - other for one, other in zip(judged, failed, strict=True)]
    return array("I", [*passed, *failed, *[0] * RULES, *[each * 2 // 3 for each in judged]])


def _name(number: int) -> str:
    return f"institution-{number:05}"


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        run_from_store(sys.argv[2])
    else:
        main(*map(int, sys.argv[1:2]))
