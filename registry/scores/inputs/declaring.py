"""Declarations that a rule or a data set does not apply to a class: one person asks for it, another approves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from conformance.scoring.expectations import Declaration
from fhir_kernel.store.base import Reader
from fhir_kernel.store.records import Document
from registry.model.codec import Kept, read
from registry.records.keeping import all_listed, missing
from registry.refusal import refused
from registry.scores.inputs.versions import Attribution
from registry.sentence import Sentence

DECLARATIONS = "score-declaration"
DECLARATION = Sentence("declaration", "不适用声明")
LONGEST = timedelta(days=366)
"""From the day on which it begins to the first on which it is not valid any more."""
State = Literal["proposed", "approved", "rejected", "expired", "revoked"]
STATES: tuple[State, ...] = ("proposed", "approved", "rejected", "expired", "revoked")


@dataclass(frozen=True, slots=True)
class KeptDeclaration(Kept):
    """A declaration with all that was decided of it; only one that was approved is of any account."""

    id: str
    class_id: str = field(metadata={"name": "class"})
    target: str
    """The id of a rule, or a data set."""
    begin: date
    expires: date
    """The first day on which it is not valid any more."""
    declared: Attribution
    """With the reason why it does not apply."""
    approved: Attribution | None = None
    approved_on: date | None = None
    """The local day."""
    rejected: Attribution | None = None
    revoked: Attribution | None = None

    def state(self, today: date) -> State:
        """How it stands on a local day."""
        if self.rejected is not None:
            return "rejected"
        if self.revoked is not None:
            return "revoked"
        if self.expires <= today:
            return "expired"
        return "approved" if self.approved is not None else "proposed"

    @property
    def declaration(self) -> Declaration | None:
        """As scores take it; None where nobody approved it."""
        if self.approved is None or self.approved_on is None or self.expires <= self.begin:
            return None
        reason, by = self.declared.reason, self.approved.by
        return Declaration(self.class_id, self.target, reason, self.begin, self.expires, by, self.approved_on)


async def kept_declarations(reader: Reader) -> Sequence[KeptDeclaration]:
    """All, in the order of their ids."""
    return [declaration_of(name, kept) for name, kept in await all_listed(reader, DECLARATIONS)]


async def kept_declaration(reader: Reader, id_: str) -> KeptDeclaration:
    """One by its id. Raises Refused (missing)."""
    kept = await reader.load(DECLARATIONS, id_)
    if kept is None:
        raise missing(DECLARATION, id_)
    return declaration_of(id_, kept)


def declaration_of(id_: str, kept: Document) -> KeptDeclaration:
    """The declaration that was kept as a document."""
    return read(KeptDeclaration, kept, id=id_)


def check_days(begin: date, expires: date, today: date) -> None:
    """Raises Refused (invalid) where it would be valid on no day, for too long, or is over already."""
    latest = begin + LONGEST
    if not begin < expires <= latest:
        raise refused(
            "invalid",
            f"found {expires}; expected a day after {begin}, and {latest} at the latest",
            f"为 {expires}；应晚于 {begin}，且不晚于 {latest}",
            "expires",
        )
    if expires <= today:
        raise refused(
            "invalid",
            f"found {expires}; expected a day after today, {today}",
            f"为 {expires}；应晚于今天（{today}）",
            "expires",
        )


def approved(found: KeptDeclaration, by: Attribution, today: date) -> KeptDeclaration:
    """The same, approved by somebody else than who declared it. Raises Refused."""
    _check_open(found, today)
    _check_other(found, by)
    return replace(found, approved=by, approved_on=today)


def rejected(found: KeptDeclaration, by: Attribution, today: date) -> KeptDeclaration:
    """The same, rejected by somebody else than who declared it. Raises Refused."""
    _check_open(found, today)
    _check_other(found, by)
    return replace(found, rejected=by)


def revoked(found: KeptDeclaration, by: Attribution, today: date) -> KeptDeclaration:
    """An approved one that is not valid from today on; periods that were over before keep it. Raises Refused."""
    _check_state(found, today, "approved")
    return replace(found, revoked=by, expires=min(found.expires, today))


def _check_open(found: KeptDeclaration, today: date) -> None:
    _check_state(found, today, "proposed")


def _check_state(found: KeptDeclaration, today: date, expected: State) -> None:
    state = found.state(today)
    if state != expected:
        raise refused(
            "conflict",
            f"the declaration is {state}; expected one that is {expected}",
            f"声明{_STATE_ZH[state]}；应{_STATE_ZH[expected]}",
        )


def _check_other(found: KeptDeclaration, by: Attribution) -> None:
    if by.by == found.declared.by:
        raise refused(
            "forbidden",
            "you declared it yourself; expected another person to decide",
            "不得审批本人提交的声明；应由他人审批",
        )


_STATE_ZH = {"proposed": "待审批", "approved": "已批准", "rejected": "已驳回", "expired": "已过期", "revoked": "已撤销"}
