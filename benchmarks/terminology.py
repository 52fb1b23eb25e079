"""The terminology service with a code system of a million Chinese concepts: in process, and over HTTP.

python -m benchmarks.terminology [CONCEPTS [SEED]]

Runs on Linux. Server and load generator are processes of this machine; every answer is compared with what is known
from the file that was imported.
"""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

import orjson

from benchmarks import _questions as questions
from benchmarks import chinese_codes
from benchmarks._load import Exchange, Measured, Plan, run_load
from benchmarks._naive import NaiveCodes, read_naively
from benchmarks._server import Running, run_command, serving
from fhir_kernel.definitions.catalog import open_core
from terminology.checks import CodeQuery, Verdict
from terminology.local import LocalCodes
from terminology.tables.installed import InstalledTables

CONCEPTS, SEED = 1_000_000, 1
CONNECTIONS = 8
ROUNDS = 3
QUICK, PAGES, FILTERS = 10_000, 3_000, 320
"""Requests of a round: of those that look one thing up, of pages, of text filters."""
SECONDS = 30.0
"""The longest that one round may take."""
BATCH, BATCHES = 1_000, 20
FIRST = f"/fhir/CodeSystem/$lookup?system={chinese_codes.URL}&code={chinese_codes.LARGE_BRANCH}"


@dataclass(frozen=True, slots=True)
class Load:
    """One line of the table: requests of one kind."""

    work: str
    least_rate: int | None
    """Answers a second to be reached; None where the median time counts."""
    most_p50: float
    """Milliseconds."""
    requests: int
    """In each round."""
    exchanges: Iterator[Exchange]


def main(concepts: int = CONCEPTS, seed: int = SEED) -> None:
    """Print the table of docs/benchmarks.md."""
    print(f"{concepts:,} concepts, seed {seed}, {CONNECTIONS} connections, medians of {ROUNDS} rounds\n")
    print("| work | target | measured | met |\n|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(prefix="plumbline-") as name:
        folder = Path(name)
        source, tables, value_sets = folder / "codes.csv", folder / "tables", folder / "value-sets"
        _import(source, tables, concepts, seed)
        value_sets.mkdir()
        for each in questions.value_sets():
            (value_sets / f"{each['name']}.json").write_bytes(orjson.dumps(each))
        _starts(tables, value_sets)
        codes = read_naively(source)
        _batches(tables, codes, Random(seed))
        for workers in (1, 2):
            with serving(tables, value_sets, workers, FIRST) as server:
                _served(server, codes, Random(seed), f"{workers} worker{'s' if workers > 1 else ''}")


def _import(source: Path, tables: Path, concepts: int, seed: int) -> None:
    """The file is written by another process, so that this one is still small when memory is measured."""
    command = [sys.executable, "-m", "benchmarks.chinese_codes", str(source), str(concepts), str(seed)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    mapping = source.with_suffix(".toml")
    mapping.write_text(chinese_codes.MAPPING, encoding="utf-8")
    seconds, megabytes = run_command("terminology", "import", source, "--mapping", mapping, "--tables", tables)
    found = f"{seconds:.1f} s, {megabytes:.0f} MB"
    _line("import from CSV", "≤ 60 s, ≤ 1.5 GB", found, seconds <= 60 and megabytes <= 1500)


def _starts(tables: Path, value_sets: Path) -> None:
    for workers in (1, 2):
        seconds, megabytes = [], []
        for _ in range(ROUNDS):
            with serving(tables, value_sets, workers, FIRST) as server:
                seconds.append(server.seconds)
                megabytes.append(server.megabytes())
        start, rest = statistics.median(seconds), statistics.median(megabytes)
        _line(f"start to the first answer, {workers} worker(s)", "≤ 1.5 s", f"{start:.2f} s", start <= 1.5)
        _line(f"memory at rest, {workers} worker(s)", "≤ 400 MB", f"{rest:.0f} MB", rest <= 400)


def _batches(tables: Path, codes: NaiveCodes, rng: Random) -> None:
    """Checks in process of codes that were never asked about before."""
    loaded = {each["url"]: each for each in questions.value_sets()}
    checker = LocalCodes(open_core(), tables=InstalledTables(tables)).extended(loaded)
    any_code = rng.sample(codes.codes, 2 * BATCH * (BATCHES + 1))
    members = rng.sample(sorted(codes.branch), BATCH * (BATCHES + 1))
    half = len(any_code) // 2
    for work, asked, value_set in (
        ("the code system", any_code[:half], None),
        ("an is-a value set, its members", members, questions.BRANCH),
        ("an is-a value set, any codes", any_code[half:], questions.BRANCH),
    ):
        milliseconds = statistics.median(_checks(checker, asked, value_set, codes))
        _line(f"{BATCH:,} checks in process: {work}", "≤ 5 ms", f"{milliseconds:.1f} ms", milliseconds <= 5)


def _checks(checker: LocalCodes, asked: Sequence[str], value_set: str | None, codes: NaiveCodes) -> Iterator[float]:
    """Milliseconds for each batch; the first warms up and is not counted."""
    gc.collect()
    gc.freeze()  # as a server does: what is loaded is not searched for garbage again and again
    for start in range(0, BATCH * (BATCHES + 1), BATCH):
        queries = [CodeQuery(code, chinese_codes.URL, value_set=value_set) for code in asked[start : start + BATCH]]
        begun = time.perf_counter()
        answers = checker.check(queries)
        seconds = time.perf_counter() - begun
        for query, answer in zip(queries, answers, strict=True):
            is_member = answer.in_value_set is Verdict.IN
            if answer.in_system is not Verdict.IN or (value_set and is_member is not (query.code in codes.branch)):
                raise SystemExit(f"a wrong answer to {query}: {answer}")
        if start:
            yield seconds * 1000


def _served(server: Running, codes: NaiveCodes, rng: Random, workers: str) -> None:
    """Each round asks every kind of request, about a code or pair of codes once."""
    loads = list(_loads(codes, rng))
    busy: dict[str, list[Measured]] = {load.work: [] for load in loads}
    alone: dict[str, list[Measured]] = {load.work: [] for load in loads}
    for _ in range(ROUNDS):
        for load in loads:
            busy[load.work].append(_measure(server, load, CONNECTIONS))
            alone[load.work].append(_measure(server, load, 1))
    for load in loads:
        _line(f"{load.work}, {workers}", *_told(load, busy[load.work], alone[load.work]))
    print(f"| memory after all of this, {workers} | – | {server.megabytes():.0f} MB | – |", flush=True)


def _loads(codes: NaiveCodes, rng: Random) -> Iterator[Load]:
    for work, rate, exchanges in (
        ("`$lookup`", 5_000, questions.lookups(codes, rng)),
        ("`$subsumes`", 5_000, questions.subsumptions(codes, rng)),
        ("CodeSystem `$validate-code`", 5_000, questions.system_checks(codes, rng)),
        ("ValueSet `$validate-code`, is-a", 4_000, questions.value_set_checks(codes, rng)),
    ):
        yield Load(work, rate, 0, QUICK, exchanges)
    yield Load("`$expand` is-a, first page", None, 3, PAGES, questions.first_pages(codes, rng))
    yield Load("`$expand` is-a, page at 100,000", None, 3, PAGES, questions.far_pages(codes, rng))
    for work, value_set in (("is-a", questions.BRANCH), ("all", questions.ALL)):
        exchanges = questions.filtered(codes, rng, value_set)
        yield Load(f"`$expand` {work}, two characters", None, 8, FILTERS, exchanges)


def _measure(server: Running, load: Load, connections: int) -> Measured:
    count = load.requests if connections > 1 else load.requests // CONNECTIONS
    exchanges = list(islice(load.exchanges, count))
    measured = run_load(Plan(server.port, connections, SECONDS, exchanges))
    if measured.wrong:
        raise SystemExit(f"{load.work}: {measured.wrong} wrong answers, the first:\n{measured.first_wrong}")
    if measured.answers < len(exchanges):
        print(f"{load.work}: only {measured.answers} of {len(exchanges)} in {SECONDS:g} s", file=sys.stderr)
    return measured


def _told(load: Load, busy: Sequence[Measured], alone: Sequence[Measured]) -> tuple[str, str, bool]:
    rate, p50 = statistics.median(each.rate for each in busy), statistics.median(each.p50 for each in busy)
    p99, one = statistics.median(each.p99 for each in busy), statistics.median(each.p50 for each in alone)
    found = f"{rate:,.0f}/s, p50 {p50:.2f} ms, p99 {p99:.2f} ms; one connection p50 {one:.2f} ms"
    if load.least_rate is not None:
        return f"≥ {load.least_rate:,}/s", found, rate >= load.least_rate
    return f"≤ {load.most_p50:g} ms p50", found, p50 <= load.most_p50


def _line(work: str, target: str, measured: str, met: bool) -> None:
    print(f"| {work} | {target} | {measured} | {'yes' if met else '**no**'} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
