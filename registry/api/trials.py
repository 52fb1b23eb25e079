"""Puts a finished draft of a package where it can be installed for trial: among the pre-releases, as x.y.z-draft.n.

The archive is made and kept before the commit of the action that finishes the draft, and placed within it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fhir_kernel.errors import DefinitionError, PackageError
from fhir_kernel.store.base import Transaction
from registry.api.compiling import Workshop
from registry.api.kit import Kit, actor_of
from registry.casework import comment_round
from registry.casework.drafts import PackageDraft, add_draft, newest_draft
from registry.drafting.diff.difference import Compared
from registry.drafting.package.release import ReleaseAs, release_archive
from registry.http.route import Call
from registry.model.case import Act, Case
from registry.packages.opening import Opened, open_package
from registry.packages.release import Release
from registry.packages.shelf import keep_package, place, releases
from registry.people.roles import AUTHORITY
from registry.records.acting import Moment
from registry.refusal import Refused, refused
from registry.sentence import Sentence

ACTIONS = ("finish-draft", comment_round.ACTION)
"""After which others may try the draft."""
_LABEL = "draft"


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be placed, and the draft that it was made of."""

    draft: PackageDraft
    opened: Opened


async def trial_for(kit: Kit, workshop: Workshop, call: Call, wanted: Act, moment: Moment) -> Trial | None:
    """The trial of the newest draft, its contents kept; None where the action needs none. Raises Refused, StoreError.

    Where a draft has errors, an authority passed over them, and nobody could try it.
    """
    if wanted.action not in ACTIONS:
        return None
    case = await kit.case(kit.store, call.path["id"], call.now)
    draft = await newest_draft(kit.store, case.project.id) if case.project.has_package else None
    if draft is None or draft.trial or draft.errors or not _may(call, case, wanted, moment):
        return None
    version = next_trial(draft.version, await releases(kit.store, draft.name))
    compared = await workshop.draft(draft)
    content = await kit.at_work(lambda: _archive(compared, ReleaseAs(version, f"{kit.today(call.now)}", "draft")))
    opened = await asyncio.to_thread(open_package, content, kit.packages.archive)
    await keep_package(kit.store, opened, kit.packages.archive)
    return Trial(draft, opened)


async def place_trial(transaction: Transaction, trial: Trial, moment: Moment) -> None:
    """Place it in the commit of the action. Raises Refused where there is another draft by now."""
    if await newest_draft(transaction, trial.draft.project) != trial.draft:
        raise refused("conflict", "the package was changed meanwhile; try again", "数据包已变更，请重试")
    await place(transaction, trial.opened, moment.now)
    await add_draft(transaction, replace(trial.draft, trial=trial.opened.version))


def next_trial(version: str, known: Sequence[Release]) -> str:
    """The first label that is free: `2021.0.0-draft.3` after `2021.0.0-draft.2`, whatever the draft calls itself."""
    start = f"{version.partition('-')[0]}-{_LABEL}."
    labels = (each.version.removeprefix(start) for each in known if each.version.startswith(start))
    return f"{start}{max((int(each) for each in labels if each.isdecimal()), default=0) + 1}"


def _may(call: Call, case: Case, wanted: Act, moment: Moment) -> bool:
    """Whether the action may come to pass at all, since making an archive takes a while."""
    held = actor_of(call.caller, case).roles
    leaving = moment.book.at(moment.now).leaving(case.progress.states)
    return any(each.action == wanted.action and held & {*each.roles, AUTHORITY} for each in leaving)


def _archive(compared: Compared, as_: ReleaseAs) -> bytes:
    try:
        return release_archive(compared.draft, compared.catalog, as_)
    except (DefinitionError, PackageError) as error:
        said = Sentence(f"the package cannot be tried: {error}", f"数据包无法试用：{error}")
        raise Refused("conflict", (said,), where="package") from error
