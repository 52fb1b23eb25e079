"""Takes a proposal: standard, edition, project and the first event in one commit."""

from __future__ import annotations

from dataclasses import dataclass

from fhir_kernel.clock import NewId
from fhir_kernel.store.base import Store, Transaction
from registry.model.case import Act, Case
from registry.model.edition import Edition
from registry.model.project import Project, ProjectKind
from registry.model.standard import Standard, StandardClass, StandardKind, Track
from registry.records.acting import Besides, Moment, WhoActs, append_event, judged, nothing_besides
from registry.records.keeping import COMMITTEES, PROJECTS, STANDARDS, save_edition
from registry.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody proposes. `standard` is empty for a new one; for a revision or an amendment it is the id of it."""

    title: Sentence
    kind: StandardKind
    system_class: StandardClass
    need: str
    scope: str
    owner: str
    jurisdiction: str = ""
    committee: str = ""
    proposer: str = ""
    standard: str = ""
    project_kind: ProjectKind = "new"
    has_package: bool = True
    track: Track = "text"


async def propose(
    store: Store,
    proposal: Proposal,
    who: WhoActs,
    moment: Moment,
    new_id: NewId,
    *,
    besides: Besides = nothing_besides,
) -> Case:
    """The new case, with its first event. Raises Refused: an incomplete form, an unknown standard or committee."""
    standard_id, edition_id, project_id = proposal.standard or new_id(), new_id(), new_id()

    async def work(transaction: Transaction) -> Case:
        standard = await _standard(transaction, proposal, standard_id, moment)
        if standard.committee:
            await COMMITTEES.get(transaction, standard.committee)
        case = Case(
            standard,
            Edition(edition_id, standard.id, project_id, moment.now),
            _project(proposal, standard, edition_id, project_id, moment),
        )
        event = judged(case, Act("propose"), who(case), moment)
        await STANDARDS.save(transaction, standard)
        await save_edition(transaction, case.edition)
        await PROJECTS.save(transaction, case.project)
        await append_event(transaction, case, event)
        await besides(transaction, case, event)
        return Case(case.standard, case.edition, case.project, case.progress.after(event))

    return await store.commit(work)


async def _standard(transaction: Transaction, proposal: Proposal, id_: str, moment: Moment) -> Standard:
    if proposal.standard:
        return await STANDARDS.get(transaction, proposal.standard)
    return Standard(
        id_,
        proposal.title,
        proposal.kind,
        proposal.system_class,
        moment.now,
        jurisdiction=proposal.jurisdiction,
        committee=proposal.committee,
        track=proposal.track,
    )


def _project(proposal: Proposal, standard: Standard, edition: str, id_: str, moment: Moment) -> Project:
    return Project(
        id_,
        standard.id,
        edition,
        proposal.title,
        moment.now,
        kind=proposal.project_kind,
        need=proposal.need,
        scope=proposal.scope,
        owner=proposal.owner,
        proposer=proposal.proposer,
        has_package=proposal.has_package,
        committee=standard.committee,
        jurisdiction=standard.jurisdiction,
    )
