"""Answers about matters: objections of anybody to a public notice, findings of reviewers; causes of a review are raised
where evaluation is, and settled here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fhir_kernel.store.base import Transaction
from registry.api.kit import Kit, is_inside, require
from registry.api.told import told
from registry.api.wording import text_of
from registry.http.route import Answer, Call
from registry.model.case import Case
from registry.model.matter import Matter, MatterKind
from registry.records.filing import answer_matter, raise_matter
from registry.records.keeping import missing
from registry.refusal import Refused
from registry.sentence import Sentence

_ANSWERING: Mapping[MatterKind, tuple[Sentence, tuple[str, ...]]] = MappingProxyType(
    {
        "objection": (Sentence("answering an objection", "答复异议"), ("S", "M")),
        "finding": (Sentence("settling a finding", "解决审核问题"), ("I", "L")),
        "trigger": (Sentence("settling a cause for a review", "处理复审原因"), ("E", "M")),
    }
)
_FINDINGS_IN = "50.20"
_ABOLITION = "95.20"


class MattersDesk:
    """One method for each route."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def matters(self, call: Call) -> Answer:
        case = await self._kit.case(self._kit.store, call.path["id"], call.now)
        inside = is_inside(call.caller, case)
        shown = [each for each in case.matters if inside or each.kind != "finding"]
        return Answer({"matters": [_shown(each, inside) for each in shown]})

    async def add(self, call: Call) -> Answer:
        kit, kind = self._kit, call.body["kind"]
        text = text_of(call.body, "text", least=1)
        id_, person = kit.new_id(), call.caller.person

        async def work(transaction: Transaction) -> tuple[Case, Matter]:
            case = await kit.case(transaction, call.path["id"], call.now)
            _check_may_raise(call, case, kind)
            by = person.id if person is not None else ""
            matter = Matter(id_, case.project.id, kind, text, call.now, by)
            await raise_matter(transaction, matter)
            return case, matter

        case, matter = await kit.store.commit(work)
        return Answer(_shown(matter, is_inside(call.caller, case)))

    async def answer(self, call: Call) -> Answer:
        kit, wanted = self._kit, call.path["matter"]

        async def work(transaction: Transaction) -> Matter:
            case = await kit.case(transaction, call.path["id"], call.now)
            found = next((each for each in case.matters if each.id == wanted), None)
            if found is None:
                raise missing(Sentence("matter", "事项"), wanted)
            what, roles = _ANSWERING[found.kind]
            require(call.caller, case, what, *roles)
            text = text_of(call.body, "answer", least=1)
            return await answer_matter(transaction, case.project.id, wanted, text, call.caller.known().id, call.now)

        return Answer(_shown(await kit.store.commit(work), inside=True))


def _check_may_raise(call: Call, case: Case, kind: MatterKind) -> None:
    if kind == "finding":
        require(call.caller, case, Sentence("raising a finding", "提出审核问题"), "I", "L")
    if kind == "finding" and case.state != _FINDINGS_IN:
        en = f"findings are raised in {_FINDINGS_IN}; the state is {case.state}"
        raise Refused("conflict", (Sentence(en, f"审核问题在 {_FINDINGS_IN} 提出；当前状态为 {case.state}"),))
    if kind == "objection" and not _is_notice_open(call, case):
        en = "there is no public notice to object to now"
        raise Refused("conflict", (Sentence(en, "目前没有可提异议的公示"),))


def _is_notice_open(call: Call, case: Case) -> bool:
    notice = case.project.notice
    return case.state == _ABOLITION or (notice is not None and notice.opens <= call.now < notice.closes)


def _shown(matter: Matter, inside: bool) -> dict[str, Any]:
    """Who raised or answered it is for those who work on it."""
    document = told(matter)
    hidden = {"project"} if inside else {"project", "raisedBy", "answeredBy"}
    return {name: value for name, value in document.items() if name not in hidden}
