"""`plumbline score`: take the scores of a month, explain one, replay a snapshot."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

import click

from plumbline.cli import options, score_rebuild

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from fhir_kernel.issues import Language
    from fhir_kernel.store.base import Store
    from registry.scores.running.taking import Taken

period = click.option("--period", required=True, metavar="MONTH", help="A month that is over, such as 2026-10.")


@click.group()
def command() -> None:
    """Take the scores of a month, explain them, replay a snapshot, count tallies anew."""


@command.command()
@period
@click.option("--institution", default="", metavar="ID", help="Try this one alone; nothing is kept.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Of the bootstrap; made of the period without it.")
@options.store
@options.language
def run(period: str, institution: str, seed: int | None, store: str | None, language: Language) -> None:
    """Score every institution with a class for a month, and keep the snapshot.

    Run again of the same, it is the same snapshot. With --institution, one is tried and nothing is kept.
    """
    from fhir_kernel.clock import system_clock
    from fhir_kernel.settings import load_settings
    from plumbline.progress import stages
    from plumbline.score_pool import pool_scorer
    from plumbline.scoring import around
    from plumbline.using_store import with_store
    from registry.scores.running.taking import take_score, try_score

    settings, now = load_settings(), system_clock()
    if institution:
        tried = with_store(
            store, lambda opened: try_score(opened, period, around(settings), now, institution, seed=seed)
        )
        _print([tried.row], language)
        return
    with pool_scorer() as scorer, stages() as progress:

        async def work(opened: Store) -> tuple[Taken, Sequence[Mapping[str, Any]]]:
            taken = await take_score(opened, period, around(settings, scorer), now, seed=seed, told=progress)
            return taken, await _rows(opened, taken)

        taken, rows = with_store(store, work)
    _print(rows, language)
    head = taken.snapshot
    click.echo(f"{head.id} {'was taken' if taken.is_new else 'is there already and says the same'}: {head.digest}")
    if taken.unclassified:
        click.echo(f"Not scored, because they have no class: {', '.join(taken.unclassified)}", err=True)


@command.command()
@period
@click.option("--institution", required=True, metavar="ID", help="Whose score.")
@options.store
@options.language
def explain(period: str, institution: str, store: str | None, language: Language) -> None:
    """Print each step from the counts to a score, and what to mend first, by the newest snapshot of a month."""
    from plumbline.using_store import with_store
    from registry.refusal import refused
    from registry.scores.running.accounts import explained
    from registry.scores.running.snapshots import newest_of

    async def work(opened: Store) -> Sequence[str]:
        head = await newest_of(opened, period)
        if head is None:
            en = f"no scores of {period} were taken; expected `plumbline score run --period {period}` before"
            raise refused("missing", en, f"尚未对 {period} 评分", "period")
        return [each.said_in(language) for each in await explained(opened, head.id, institution)]

    for line in with_store(store, work):
        click.echo(line)


@command.command()
@click.argument("snapshot", metavar="SNAPSHOT")
@options.store
def verify(snapshot: str, store: str | None) -> None:
    """Score everybody again as it was for SNAPSHOT, such as 2026-10-1, and compare byte for byte.

    Where anything differs, this says what, and exits with 1.
    """
    from plumbline.progress import stages
    from plumbline.score_pool import pool_scorer
    from plumbline.using_store import with_store
    from registry.refusal import Refused
    from registry.scores.running.verifying import verify as replayed

    try:
        with pool_scorer() as scorer, stages() as progress:
            done = with_store(store, lambda opened: replayed(opened, snapshot, scorer=scorer, told=progress))
    except Refused as error:
        if error.kind != "conflict":
            raise
        click.echo(f"{snapshot} does not replay: {error}", err=True)
        sys.exit(1)
    click.echo(f"{snapshot} replays byte for byte, {done.institutions} institutions: {done.snapshot.digest}")


command.add_command(score_rebuild.command, "rebuild")


async def _rows(store: Store, taken: Taken) -> Sequence[Mapping[str, Any]]:
    from registry.scores.running.snapshots import all_rows

    return [row async for row, _ in all_rows(store, taken.snapshot)]


def _print(rows: Sequence[Mapping[str, Any]], language: Language) -> None:
    heads = ("institution", "class", "score", "interval", "level", "coverage")
    if language == "zh":
        heads = ("机构", "类别", "得分", "区间", "等级", "覆盖率")
    _columns([heads, *(_cells(row) for row in rows)])
    for row in rows:
        for line in _withheld(row, language):
            click.echo(line)


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    score, interval = "-", "-"
    if row["score"] is not None:
        score, interval = f"{float(row['score']):.2f}", f"{float(row['lower']):.2f} – {float(row['upper']):.2f}"
    return row["institution"], row["class"], score, interval, row["level"], f"{row['coverage']:.3f}"


def _withheld(row: Mapping[str, Any], language: Language) -> Iterator[str]:
    return (f"{row['institution']}: {each[language]}" for each in row["withheld"])


def _columns(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def _width(text: str) -> int:
    """Chinese characters are twice as wide."""
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in text)
