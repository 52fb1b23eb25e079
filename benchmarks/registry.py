"""The registry of standards, made up, on SQLite and, where there is a mongod, on MongoDB; sizes side by side.

python -m benchmarks.registry [STANDARDS ...]

A standard has some 20 events and 10 comments. Runs on Linux. One person asks one worker over one connection; server and
who asks are processes of this machine. Every answer is looked at: its status, its totals, and what it must hold.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta, timezone
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from benchmarks._asking import Asking, Times, times_of
from benchmarks._filling import CANONICAL, fill
from benchmarks._fresh import fresh_catalogue
from benchmarks._registry import Registry, make
from benchmarks._server import running
from benchmarks.server import Table
from registry.lifecycle.book import Book, book_of
from registry.records.row import fold
from tests.contract.mongod import find_mongod, replica_set_url, start_replica_set

SIZES = (1_000, 10_000)
SEED = 1
PACKAGES = 1_000
SEARCHES, PAGES, ADVANCES, FILES = 600, 300, 300, 5
"""How often each is asked."""
QUESTIONS: Sequence[tuple[str, dict[str, str]]] = (
    ("电子病历", {}),
    ("影像 规范", {}),
    ("security privacy", {}),
    ("共享文档", {"status": "in-force"}),
    ("门诊", {"status": "in-force,superseded", "class": "data,technology", "kind": "WS/T,GB/T"}),
    ("", {"start": "200", "count": "50"}),
    ("", {"stage": "30"}),
    ("医院信息平台", {"count": "200"}),
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = ("", "/events?count=50", "/documents", "/consultations")
"""What a page about a project asks for, besides its standard."""


def main(sizes: Sequence[int]) -> None:
    """Print the tables of docs/benchmarks.md."""
    with tempfile.TemporaryDirectory(prefix="plumbline-") as name:
        folder, book = Path(name), book_of(zone=timezone(timedelta(hours=8)))
        made = {size: asyncio.run(make(folder / f"{size}.ndjson", size, SEED, book)) for size in sizes}
        for each in made.values():
            print(f"{each.standards:,} standards, {each.events:,} events, {each.comments:,} comments", flush=True)
        _measure_store(Table("SQLite", sizes), made, book, lambda size: f"sqlite:///{folder}/{size}.sqlite")
        if find_mongod() is None:
            print("\nno mongod on this machine: MongoDB was not measured")
            return
        servers = start_replica_set(1)
        try:
            address, _, query = replica_set_url(servers).partition("?")
            _measure_store(Table("MongoDB", sizes), made, book, lambda size: f"{address}registry-{size}?{query}")
        finally:
            for server in servers:
                server.stop()


def _measure_store(table: Table, made: dict[int, Registry], book: Book, address: Callable[[int], str]) -> None:
    for size, registry in made.items():
        store = address(size)
        token = asyncio.run(fill(store, registry, PACKAGES, book))
        measure = partial(_note, table, size)
        _start(measure, store)
        with running(("--open", "--store", store), "/api/standards") as server:
            asking = Asking(server.port, token)
            try:
                _ask(measure, asking, registry)
            finally:
                asking.close()
            weight = server.megabytes()
            measure("memory after all of this, one worker", "–", f"{weight:.0f} MB")
    table.print()


def _note(table: Table, size: int, work: str, aim: str, found: str, *, is_met: bool = True) -> None:
    table.note(work, aim, size, found, is_met)


def _start(measure: Callable[..., None], store: str) -> None:
    found = [fresh_catalogue(store) for _ in range(3)]
    seconds, megabytes = (statistics.median(each) for each in zip(*found, strict=True))
    measure("catalogue in a new process: its first page", "–", f"{seconds:.2f} s, {megabytes:.0f} MB")


def _ask(measure: Callable[..., None], asking: Asking, registry: Registry) -> None:
    rng = Random(SEED)
    _timed(measure, "catalogue: search by words, filters, pages", 30, _searches(asking, registry), SEARCHES)
    shown = rng.sample(registry.published, min(PAGES, len(registry.published)))
    _timed(measure, "a standard's page: 5 requests", 50, (partial(_page, asking, each) for each in shown), PAGES)
    in_force = rng.sample(registry.in_force, min(ADVANCES, len(registry.in_force)))
    _timed(measure, "advance, durable", 30, (partial(_advance, asking, each) for each in in_force), ADVANCES)
    _timed(measure, "advance, then search", 60, _advance_and_search(asking, registry, in_force), ADVANCES)
    _timed(measure, "comments: a page of 50 of the largest round", None, _comments(asking, registry, rng), PAGES)
    _files(measure, asking, registry)
    _packages(measure, asking, rng)


def _timed(
    measure: Callable[..., None], work: str, aim: float | None, works: Iterator[Callable[[], object]], most: int
) -> None:
    found: Times = times_of(islice(works, most))
    measure(work, "–" if aim is None else f"≤ {aim:g} ms p50", str(found), is_met=aim is None or found.p50 <= aim)


def _searches(asking: Asking, registry: Registry) -> Iterator[Callable[[], object]]:
    texts = [fold(f"{each.title.en}\n{each.title.zh}") for each in registry.made]
    for words, more in cycle(QUESTIONS):
        plain = sum(all(word in text for word in fold(words).split()) for text in texts)
        yield partial(_search, asking, words, more, None if more.keys() - {"start", "count"} else plain)


def _search(asking: Asking, words: str, more: dict[str, str], total: int | None) -> None:
    answer = asking.json(f"/api/standards?{urlencode({'q': words, **more})}")
    titles = [fold(f"{each['standard']['title']}") for each in answer["standards"]]
    _check(all(word in title for title in titles for word in fold(words).split()), words, titles)
    _check(total in (None, answer["total"]), words, answer["total"])


def _page(asking: Asking, project: str) -> None:
    first, *others = (asking.json(f"/api/projects/{project}{each}") for each in PAGE)
    standard = asking.json(f"/api/standards/{first['standard']['id']}")
    events, documents, rounds = others
    _check(first["number"] == len(events["events"]) >= 20, project, events)
    _check(len(documents["documents"]) >= 20 and rounds["consultations"][0]["comments"] >= 5, project, documents)
    _check(any(each["project"] == project for each in standard["editions"]), project, standard)


def _advance(asking: Asking, project: str, action: str = "submit-for-filing", **more: str) -> None:
    event = asking.post(f"/api/projects/{project}/actions", {"action": action, **more})
    _check(event["action"] == action and event["project"] == project, project, event)


def _advance_and_search(asking: Asking, registry: Registry, projects: Sequence[str]) -> Iterator[Callable[[], object]]:
    """The search has to learn first what was changed."""

    def work(project: str, search: Callable[[], object]) -> None:
        _advance(asking, project, "return-filing", reason="材料不齐")
        search()

    return (partial(work, *each) for each in zip(projects, _searches(asking, registry), strict=False))


def _comments(asking: Asking, registry: Registry, rng: Random) -> Iterator[Callable[[], object]]:
    most = registry.in_open
    while True:
        yield partial(_comment_page, asking, registry.open, rng.randrange(max(1, most - 50)), most)


def _comment_page(asking: Asking, consultation: str, after: int, total: int) -> None:
    answer = asking.json(f"/api/consultations/{consultation}/comments?after={after}&count=50")
    numbers = [each["number"] for each in answer["comments"]]
    _check(numbers == list(range(after + 1, min(after + 50, total) + 1)), consultation, numbers)
    _check(answer["total"] == total, consultation, answer["total"])


def _files(measure: Callable[..., None], asking: Asking, registry: Registry) -> None:
    for form in ("xlsx", "csv", "html"):
        path, work = f"/api/consultations/{registry.table}/table?format={form}", f"意见汇总处理表 as {form.upper()}"
        _timed(
            measure,
            f"{work}, a tenth of the comments",
            None,
            (partial(_file, asking, path) for _ in range(FILES)),
            FILES,
        )
    export = "/api/ledger?format=xlsx"
    _timed(measure, "ledger as XLSX", None, (partial(_file, asking, export) for _ in range(FILES)), FILES)


def _file(asking: Asking, path: str) -> None:
    _check(len(asking.get(path)) > 5_000, path, "a short file")


def _packages(measure: Callable[..., None], asking: Asking, rng: Random) -> None:
    asking.get("/package-feed.xml")  # the first request mirrors the core packages
    kinds: Sequence[tuple[str, float | None, Callable[[int], tuple[str, int]]]] = (
        (
            "packages: find by the canonical of an artefact",
            10,
            lambda n: (_finding(canonical=f"{CANONICAL}/standard-{n}/StructureDefinition/profile-1"), 1),
        ),
        ("packages: find by pkgcanonical", 10, lambda n: (_finding(pkgcanonical=f"{CANONICAL}/standard-{n}"), 1)),
        ("packages: find by name", 10, lambda n: (_finding(name=f"cn.example.standard{n:03}"), 0 if n < 100 else 1)),
    )
    for work, aim, question in kinds:
        asked = (partial(_find, asking, *question(rng.randrange(PACKAGES))) for _ in range(PAGES))
        _timed(measure, work, aim, asked, PAGES)
    _timed(measure, "packages: the feed", None, (partial(_feed, asking) for _ in range(20)), 20)


def _finding(**wanted: str) -> str:
    return f"/packages/catalog?op=find&{urlencode(wanted, quote_via=quote)}"


def _find(asking: Asking, path: str, least: int) -> None:
    found = asking.json(path)
    _check(len(found) >= least, path, found)


def _feed(asking: Asking) -> None:
    _check(asking.get("/package-feed.xml").count(b"<item>") == PACKAGES, "feed", "other than all packages")


def _check(is_right: bool, what: str, found: Any) -> None:
    if not is_right:
        raise SystemExit(f"{what}: a wrong answer: {str(found)[:2000]}")


if __name__ == "__main__":
    main([int(word.replace("_", "").replace(",", "")) for word in sys.argv[1:]] or SIZES)
