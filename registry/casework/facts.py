"""Finds what guards have to know of consultations, ballots and packages; the reader is that of the commit."""

from __future__ import annotations

from dataclasses import replace

from fhir_kernel.store.base import Reader
from registry.ballots.ballot import Ballot
from registry.ballots.closing import standing
from registry.ballots.opening import ballots_of
from registry.casework.drafts import drafts_of, newest_draft
from registry.casework.purpose import purpose_of
from registry.comments.opening import consultations_of
from registry.comments.tally import load_tally
from registry.model.case import Case
from registry.model.facts import BallotFacts, ConsultationFacts, Facts, PackageFacts
from registry.sentence import Sentence

_BACK = ("30.92", "40.92", "50.92")
"""The states that lead back to an earlier phase."""
_DRAFTS = ("comment-draft", "review-draft")


async def gather_facts(reader: Reader, case: Case) -> Facts:
    """All that is known before publication, which adds what it knows of signatures and of the staging server."""
    uploaders = frozenset(each.filed_by for each in await drafts_of(reader, case.project.id))
    known = replace(case, facts=replace(case.facts, uploaders=uploaders))
    return Facts(
        package=await _package(reader, case),
        consultation=await _consultation(reader, case),
        ballot=await _ballot(reader, known),
        returned=await _returned(reader, case),
        uploaders=uploaders,
    )


async def _package(reader: Reader, case: Case) -> PackageFacts | None:
    draft = await newest_draft(reader, case.project.id) if case.project.has_package else None
    return None if draft is None else PackageFacts(draft.digest, draft.version, draft.errors)


async def _returned(reader: Reader, case: Case) -> frozenset[str]:
    since = case.progress.entered_last(_BACK)
    if since is None:
        return frozenset()
    texts = [each.digest for each in case.documents if each.kind in _DRAFTS and each.filed <= since]
    packages = [each.digest for each in await drafts_of(reader, case.project.id) if each.filed <= since]
    return frozenset((*texts[-1:], *packages[-1:]))


async def _consultation(reader: Reader, case: Case) -> ConsultationFacts | None:
    rounds = await consultations_of(reader, case.project.id)
    if not rounds:
        return None
    last = rounds[-1]
    tally = await load_tally(reader, last.id)
    return ConsultationFacts(
        round=last.round,
        opens=last.opened,
        closes=last.closes,
        digests=frozenset(last.digests.values()),
        undisposed=tally.comments - tally.disposed,
        is_major=tally.major > 0,
        is_shortened=bool(last.authority),
    )


async def _ballot(reader: Reader, case: Case) -> BallotFacts | None:
    counted = [each for each in await ballots_of(reader, case.project.id) if each.how != "recalled"]
    return await _told(reader, case, counted[-1]) if counted else None


async def _told(reader: Reader, case: Case, ballot: Ballot) -> BallotFacts:
    purpose = await purpose_of(reader, ballot.id)
    is_closed = ballot.how == "closed"
    verdict = await standing(reader, ballot.id) if is_closed else None
    return BallotFacts(
        digests=frozenset(ballot.digests.values()),
        is_roster_frozen=True,
        opens=ballot.opened,
        closes=ballot.closes,
        is_closed=is_closed,
        not_recused=drafters_on(case, ballot),
        is_passed=verdict is not None and verdict.passed,
        verdict=_lacking(ballot, verdict.sentences if verdict is not None else ()),
        purpose=purpose.purpose,
        conclusion=purpose.conclusion,
    )


def drafters_on(case: Case, ballot: Ballot) -> tuple[str, ...]:
    """The names of those who may vote though they draft."""
    return tuple(each.name or each.id for each in ballot.roster.voters if each.id in case.drafters)


def _lacking(ballot: Ballot, sentences: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
    """Each names its round, for a project may have several."""
    en, zh = f"ballot {ballot.round}: ", f"第 {ballot.round} 轮表决："
    return tuple(Sentence(en + each.en, zh + each.zh) for each in sentences)
