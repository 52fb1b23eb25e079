"""The FHIR server with made-up records, on SQLite and, where there is a mongod, on MongoDB; sizes side by side.

python -m benchmarks.server [RESOURCES ...]

Runs on Linux. Server and load generator are processes of this machine; every answer is looked at: its status, and the
ids that it must hold. Below 10,000 resources the rounds are shorter too: to see that everything works.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random

from benchmarks import _records as records
from benchmarks._load import Exchange, Measured, Plan, run_load
from benchmarks._server import Running, run_command, running
from fhir_kernel.codec.json_codec import write_json
from plumbline.generate.population import Population
from tests.contract.mongod import find_mongod, replica_set_url, start_replica_set

SIZES = (10_000, 100_000)
SEED = 1
ROUNDS = 3
CONNECTIONS, FEW = 32, 4
SECONDS = 60.0
"""The longest that one round may take."""
READS, CREATES, BUNDLES, SEARCHES = 20_000, 4_000, 40, 800
"""Requests of a round."""
FULL = 10_000
"""From so many resources on rounds are whole."""
FIRST = "/fhir/metadata"


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be reached on a store: answers or resources a second, or milliseconds p50 and p99."""

    rate: float = 0
    p50: float = 0
    p99: float = 0

    def __str__(self) -> str:
        if self.rate:
            return f"≥ {self.rate:,.0f}/s"
        return f"≤ {self.p50:g} ms p50" + (f", {self.p99:g} p99" if self.p99 else "")

    def is_met(self, busy: Measured, alone: Measured, each: int) -> bool:
        """By all connections where a rate counts, by one alone where times do; `each`: resources of a request."""
        if self.rate:
            return busy.rate * each >= self.rate
        return alone.p50 <= self.p50 and (not self.p99 or alone.p99 <= self.p99)


@dataclass(frozen=True, slots=True)
class Load:
    """Requests of one kind."""

    work: str
    aims: Sequence[Aim]
    """On SQLite, on MongoDB."""
    requests: int
    exchanges: Iterator[Exchange]
    connections: int = CONNECTIONS
    each: int = 1
    """Resources of a request."""


@dataclass(slots=True)
class Table:
    """What was measured, by work and size."""

    store: str
    sizes: Sequence[int]
    aims: dict[str, str] = field(default_factory=dict)
    cells: dict[tuple[str, int], str] = field(default_factory=dict)

    def note(self, work: str, aim: object, size: int, measured: str, met: bool) -> None:
        self.aims[work] = str(aim)
        self.cells[work, size] = measured if met else f"**{measured}**"
        print(f"{self.store}, {size:,}: {work}: {measured} ({aim})", file=sys.stderr, flush=True)

    def print(self) -> None:
        """What is not met stands out."""
        print(f"\n| on {self.store} | target | {' | '.join(f'{size:,}' for size in self.sizes)} |")
        print("|---|---|" + "---|" * len(self.sizes))
        for work, aim in self.aims.items():
            found = (self.cells.get((work, size), "–") for size in self.sizes)
            print(f"| {work} | {aim} | {' | '.join(found)} |", flush=True)


def main(sizes: Sequence[int]) -> None:
    """Print the tables of docs/benchmarks.md."""
    print(
        f"seed {SEED}, medians of {ROUNDS} rounds, {CONNECTIONS} connections; of searches p50 and p99 of one connection"
    )
    with tempfile.TemporaryDirectory(prefix="plumbline-") as name:
        folder = Path(name)
        for each in records.definitions():
            (folder / "definitions").mkdir(exist_ok=True)
            (folder / "definitions" / f"{each['id']}.json").write_bytes(write_json(each))
        _measure_store(Table("SQLite", sizes), folder, lambda size: f"sqlite:///{folder}/{size}.sqlite", 0)
        if find_mongod() is None:
            print("\nno mongod on this machine: MongoDB was not measured")
            return
        servers = start_replica_set(1)
        try:
            address, _, query = replica_set_url(servers).partition("?")
            _measure_store(Table("MongoDB", sizes), folder, lambda size: f"{address}benchmark-{size}?{query}", 1)
        finally:
            for server in servers:
                server.stop()


def _measure_store(table: Table, folder: Path, address: Callable[[int], str], place: int) -> None:
    for size in table.sizes:
        population = Population(records.patients_for(size), SEED)
        store = address(size)
        _import(table, size, folder / f"made-{size}", store, population.patients, place)
        options = ("--open", "--store", store, "--load", folder / "definitions")
        _starts(table, size, options)
        with running(options, FIRST) as server, _weighed(server) as weights:
            for load in _loads(population, Random(SEED), size):
                _served(table, size, server, load, place)
        heaviest = max(weights)
        table.note("memory under load, one worker", "≤ 500 MB", size, f"{heaviest:.0f} MB", heaviest <= 500)
    table.print()


def _import(table: Table, size: int, made: Path, store: str, patients: int, place: int) -> None:
    run_command("generate", "--patients", patients, "--seed", SEED, "--output", made)
    resources = sum(file.read_bytes().count(b"\n") for file in made.glob("*.ndjson"))
    seconds, _ = run_command("import", made, "--store", store)
    aim, rate = Aim(rate=(4_000, 2_000)[place]), resources / seconds
    table.note("`plumbline import`, its start included", aim, size, f"{rate:,.0f}/s", rate >= aim.rate)


def _starts(table: Table, size: int, options: Sequence[object]) -> None:
    seconds, megabytes = [], []
    for _ in range(ROUNDS):
        with running(options, FIRST) as server:
            seconds.append(server.seconds)
            megabytes.append(server.megabytes())
    start, rest = statistics.median(seconds), statistics.median(megabytes)
    table.note("start to the first answer", "≤ 1.5 s", size, f"{start:.2f} s", start <= 1.5)
    table.note("memory at rest, one worker", "≤ 250 MB", size, f"{rest:.0f} MB", rest <= 250)


def _loads(population: Population, rng: Random, size: int) -> Iterator[Load]:
    known, share = records.KnownPatients(population, rng), min(1, size / FULL)
    some = int(SEARCHES * share) or 1
    yield Load("read by id", (Aim(6_000), Aim(2_500)), int(READS * share), known.reads())
    for work, exchanges in (
        ("search patient + code + date", known.by_patient_code_date()),
        ("search by a chain", known.chains()),
        ("search by `_has`", known.reverse_chains()),
        ("search with `_include`", known.includes()),
        (f"search `:in` over {records.CODES:,} codes", known.in_value_set()),
    ):
        is_plain = work.endswith("date")
        aims = (Aim(p50=5, p99=25), Aim(p50=10, p99=40)) if is_plain else (Aim(p50=25), Aim(p50=60))
        yield Load(work, aims, some, exchanges, FEW)
    creates, transactions = records.creates(SEED + 1), records.transactions(SEED + 2)
    yield Load("create Patient, Observation, validated, durable", (Aim(1_500), Aim(800)), int(CREATES * share), creates)
    bundles = max(4, int(BUNDLES * share))
    work = "transaction of 100, validated: resources"
    yield Load(work, (Aim(3_000), Aim(1_500)), bundles, transactions, FEW, each=100)


def _served(table: Table, size: int, server: Running, load: Load, place: int) -> None:
    busy = [_measure(server, load, load.connections, load.requests) for _ in range(ROUNDS)]
    alone = [_measure(server, load, 1, max(1, load.requests // load.connections)) for _ in range(ROUNDS)]
    together, single, aim = _median(busy), _median(alone), load.aims[place]
    found = f"{together.rate * load.each:,.0f}/s"
    if not aim.rate:
        found = f"p50 {single.p50:.1f} ms, p99 {single.p99:.1f} ms; {found}"
    table.note(load.work, aim, size, found, aim.is_met(together, single, load.each))


def _measure(server: Running, load: Load, connections: int, requests: int) -> Measured:
    measured = run_load(Plan(server.port, connections, SECONDS, list(islice(load.exchanges, requests))))
    if measured.wrong:
        raise SystemExit(f"{load.work}: {measured.wrong} wrong answers, the first:\n{measured.first_wrong}")
    return measured


def _median(rounds: Sequence[Measured]) -> Measured:
    rate, p50, p99 = (statistics.median(getattr(each, name) for each in rounds) for name in ("rate", "p50", "p99"))
    return Measured(rate, p50, p99, sum(each.answers for each in rounds), 0, "")


@contextmanager
def _weighed(server: Running) -> Iterator[list[float]]:
    """Its memory in MB, twice a second as long as this goes on."""
    weights, is_over = [server.megabytes()], threading.Event()

    def weigh() -> None:
        while not is_over.wait(0.5):
            weights.append(server.megabytes())

    weighing = threading.Thread(target=weigh)
    weighing.start()
    try:
        yield weights
    finally:
        is_over.set()
        weighing.join()


if __name__ == "__main__":
    main([int(word.replace("_", "").replace(",", "")) for word in sys.argv[1:]] or SIZES)
