"""`plumbline score rebuild`: count the tallies of scores anew, from the versions that are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plumbline.cli import options

if TYPE_CHECKING:
    from fhir_kernel.store.base import Store
    from registry.scores.counting.rebuilding import Rebuilt

_MOST_TOLD = 50
"""Differences that are printed one by one."""


@click.command()
@options.store
@options.load
@click.option("--dry-run", is_flag=True, help="Only say what would come out differently.")
def command(store: str | None, load: tuple[str, ...], dry_run: bool) -> None:
    """Judge every version that is kept anew, and count all tallies again, while servers go on counting.

    Where nothing differs, nothing changes. Otherwise this says what does, and scores are taken of the new tallies from
    then on; snapshots keep those that they were taken of. DEFINITIONS must be those that servers of the store load.
    """
    from datetime import timezone
    from functools import partial

    from fhir_kernel.settings import load_settings
    from plumbline.progress import stages
    from plumbline.using_store import with_store
    from plumbline.wiring import build_catalog, build_published_judge
    from registry.api.assembly import CHINA
    from registry.scores.counting.rebuilding import rebuild
    from registry.scores.rejudging import judged_anew

    settings = load_settings()
    judge = build_published_judge(build_catalog(settings, load), settings)

    async def work(opened: Store) -> Rebuilt:
        await judge.take_up(opened)
        return await rebuild(opened, timezone(CHINA), partial(judged_anew, judge), dry_run=dry_run, told=progress)

    with stages() as progress:
        _tell(with_store(store, work))


def _tell(done: Rebuilt) -> None:
    click.echo(f"{done.judged} entries judged anew, {done.carried} taken as they were judged")
    for each in done.differences[:_MOST_TOLD]:
        click.echo(f"  {each}")
    if (more := len(done.differences) - _MOST_TOLD) > 0:
        click.echo(f"  … and {more} more")
    if not done.differences:
        click.echo(f"Nothing differs; generation {done.generation} of the tallies stays the current one")
    elif done.is_new:
        click.echo(f"{_places(done)}; generation {done.generation} of the tallies is the current one from now on")
    else:
        click.echo(f"{_places(done)}; nothing was changed, generation {done.generation} stays the current one")


def _places(done: Rebuilt) -> str:
    return f"{len(done.differences)} counts differ, in about {done.places} days and institutions"
