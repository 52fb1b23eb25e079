"""Answers about checks of security and reports of tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.enforcement import Judge
from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.errors import CodecError, LimitExceeded
from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Reader, Transaction
from fhir_kernel.store.records import Document
from registry.api.files import attachment
from registry.api.kit import Kit
from registry.api.wording import text_of
from registry.http.faults import MISSING, Fault, Misformed
from registry.http.route import Answer, Call
from registry.model.codec import read
from registry.records.keeping import id_in
from registry.refusal import refused
from registry.scores.inputs.check_rules import CHECK, CheckRule, registered
from registry.scores.inputs.checks import CHECKS, Check, Counts, Subject, check_id, check_when, enter_check, shown
from registry.scores.inputs.entitled import decision_of, may_enter, require_entering
from registry.scores.inputs.known import CHECK_RULE, INSTITUTION, REACHED, institution, product_faults
from registry.scores.inputs.listing import page_of
from registry.scores.inputs.reports import REPORTS, KeptReport, check_valid, enter_report, kept_report, report_of
from registry.scores.inputs.shapes import FHIR_JSON
from registry.scores.inputs.test_report import tests_run
from registry.scores.seeing import jurisdiction_of, require_seeing
from registry.sentence import Sentence

_NO_CASE = Sentence("one case at the least", "至少一例")


class CheckDesk:
    """One method for each route."""

    def __init__(self, kit: Kit, judge: Judge | None) -> None:
        self._kit, self._judge = kit, judge

    async def checks(self, call: Call) -> Answer:
        page = await page_of(self._kit.store, CHECKS, call)
        return page.answer("checks", _shown_check)

    async def enter(self, call: Call) -> Answer:
        """All of them or none."""
        require_entering(call.caller)
        kit, made = self._kit, [self._made(each, call, at) for at, each in enumerate(call.body["checks"])]

        async def work(transaction: Transaction) -> list[Mapping[str, Any]]:
            await self._check(transaction, made, call)
            return [
                {**shown(each), "isNew": await enter_check(transaction, each, f"checks[{at}]")}
                for at, each in enumerate(made)
            ]

        return Answer({"checks": await kit.store.commit(work)})

    async def reports(self, call: Call) -> Answer:
        page = await page_of(self._kit.store, REPORTS, call)
        return page.answer("reports", lambda name, kept: _shown_report(report_of(name, kept)))

    async def report(self, call: Call) -> Answer:
        return Answer(_shown_report(await self._seen(call)))

    async def content(self, call: Call) -> Answer:
        found = await self._seen(call)
        content = await self._kit.store.kept(found.content)
        assert content is not None  # it was kept before the document that names it
        return attachment(content, FHIR_JSON, f"{found.id[:16]}.json")

    async def enter_report(self, call: Call) -> Answer:
        require_entering(call.caller)
        kit, subject = self._kit, _subject(call.query)
        if faults := await self._subject_faults(kit.store, subject, call, "?"):
            raise Misformed(faults)
        report = _resource(call.body)
        await kit.at_work(lambda: check_valid(report, self._judge, call.now))
        run = tests_run(report, kit.offset)
        content = await kit.store.keep(call.body)
        made = KeptReport(run.digest, subject, run.issued, run.counts, content, decision_of(call.caller, ""))

        async def work(transaction: Transaction) -> tuple[KeptReport, bool]:
            return await enter_report(transaction, made, kit.today(run.issued), call.now)

        kept, is_new = await kit.store.commit(work)
        return Answer({"report": _shown_report(kept), "isNew": is_new})

    def _made(self, body: Mapping[str, Any], call: Call, place: int) -> Check:
        subject, rule = _subject(body), body["rule"]
        counts = Counts(rule, body["passed"], body["failed"], body["error"])
        if counts.passed + counts.failed + counts.error == 0:
            raise Misformed([Fault(f"checks[{place}]", 0, _NO_CASE)])
        decided = decision_of(call.caller, "")
        source = text_of(body, "source", least=1)
        return Check(check_id(subject, body["at"], rule), subject, body["at"], counts, source, decided)

    async def _check(self, reader: Reader, made: list[Check], call: Call) -> None:
        """Raises Misformed with all that is not known, Refused (invalid) where a check is of the wrong time."""
        known = await registered(reader)
        faults = [fault for at, each in enumerate(made) for fault in await self._faults(reader, each, known, call, at)]
        if faults:
            raise Misformed(faults)
        for at, each in enumerate(made):
            day = self._kit.today(each.at)
            check_when(each.at, day, known[each.counts.rule], call.now, f"checks[{at}].at")

    async def _faults(
        self, reader: Reader, check: Check, known: Mapping[str, CheckRule], call: Call, place: int
    ) -> list[Fault]:
        where, rule = f"checks[{place}].", check.counts.rule
        unknown = [] if rule in known and rule.startswith(CHECK) else [Fault(f"{where}rule", rule, CHECK_RULE)]
        return [*await self._subject_faults(reader, check.subject, call, where), *unknown]

    async def _subject_faults(self, reader: Reader, subject: Subject, call: Call, where: str) -> list[Fault]:
        its = await institution(reader, subject.institution)
        of_product = await product_faults(reader, subject.product, subject.product_version, where)
        if its is None:
            return [Fault(f"{where}institution", subject.institution or MISSING, INSTITUTION), *of_product]
        reached = may_enter(call.caller, its)
        return [*([] if reached else [Fault(f"{where}institution", its.id, REACHED)]), *of_product]

    async def _seen(self, call: Call) -> KeptReport:
        found = await kept_report(self._kit.store, call.path["id"])
        place = found.subject.institution
        require_seeing(call.caller, place, await jurisdiction_of(self._kit.store, place))
        return found


def _subject(said: Mapping[str, Any]) -> Subject:
    return Subject(*(said.get(name, "") for name in ("institution", "product", "productVersion")))


def _resource(content: bytes) -> Resource:
    try:
        return parse_json(content)
    except (CodecError, LimitExceeded) as error:
        raise refused("invalid", f"the body cannot be read: {error}", f"无法读取请求正文：{error}") from error


def _shown_check(name: str, kept: Document) -> Mapping[str, Any]:
    return shown(read(Check, kept, id=id_in(name)))


def _shown_report(report: KeptReport) -> Mapping[str, Any]:
    who = {name: text for name, text in report.subject.document().items() if text}
    counts = report.counts.document()
    decided = report.decided.document()
    return {"id": report.id, **who, "at": report.at, **counts, "content": report.content, "decided": decided}
