"""What guards have to know of a publication that is prepared: days, signature, how the installation for trial went."""

from __future__ import annotations

from dataclasses import replace

from fhir_kernel.store.base import Reader
from registry.casework.facts import gather_facts
from registry.model.case import Case
from registry.model.facts import Facts, PackageFacts
from registry.publication.record import find_publication


async def publication_facts(reader: Reader, case: Case) -> Facts:
    """All that is known of a case; a registry.records.cases.Gather."""
    facts = await gather_facts(reader, case)
    publication = await find_publication(reader, case.edition.id)
    if publication is None or publication.archive is None:
        return facts
    archive = publication.archive
    package = PackageFacts(archive.draft, archive.version, archive.errors, is_signed=True, staging=archive.staging)
    return replace(facts, package=package)


async def as_planned(reader: Reader, case: Case) -> Case:
    """The case with the days that are planned for it, which an edition has only once it is published."""
    publication = await find_publication(reader, case.edition.id)
    if publication is None or publication.done is not None:
        return case
    plan = publication.plan
    return replace(case, edition=replace(case.edition, published=plan.published, in_force=plan.in_force))
