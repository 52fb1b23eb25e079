"""Answers what is handed out of scores: to those who may see the account, and of a digest to everybody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.codec.negotiate import CONTENT_TYPES
from fhir_kernel.issues import Language
from fhir_kernel.resource import Resource
from registry.api.files import attachment, page
from registry.api.kit import Kit
from registry.api.shapes.common import XLSX
from registry.http.route import Answer, Call
from registry.refusal import refused
from registry.scores.account import ScoreAccount
from registry.scores.exports.document_reference import document_reference
from registry.scores.exports.measure import measure
from registry.scores.exports.measure_report import measure_report
from registry.scores.exports.outcome import findings_outcome
from registry.scores.exports.page import report_html, verification_html
from registry.scores.exports.published import published_in
from registry.scores.exports.test_report import test_report
from registry.scores.exports.workbook import csv_text, workbook

AccountReader = Callable[[Call, str, str], Awaitable[ScoreAccount]]
"""Of a snapshot and an institution, as far as the caller may see it. Raises Refused, StoreError."""
_LANGUAGES: tuple[Language, ...] = ("en", "zh")


class ExportDesk:
    """One method for each route."""

    def __init__(self, kit: Kit, account_of: AccountReader) -> None:
        self._kit, self._account_of = kit, account_of

    async def report(self, call: Call) -> Answer:
        account = await self._account(call)
        return page(await self._kit.at_work(partial(report_html, account, _language(call))))

    async def workbook(self, call: Call) -> Answer:
        account = await self._account(call)
        content = await self._kit.at_work(partial(workbook, account, _language(call)))
        return attachment(content, XLSX, f"{_name(account)}.xlsx")

    async def csv(self, call: Call) -> Answer:
        account = await self._account(call)
        return attachment(csv_text(account, _language(call)), "text/csv; charset=utf-8", f"{_name(account)}.csv")

    async def measure_report(self, call: Call) -> Answer:
        return _resource(measure_report(await self._account(call)))

    async def test_report(self, call: Call) -> Answer:
        return _resource(test_report(await self._account(call)))

    async def outcome(self, call: Call) -> Answer:
        return _resource(findings_outcome(await self._account(call)))

    async def document_reference(self, call: Call) -> Answer:
        account = await self._account(call)
        reports = {each: (await self._kit.at_work(partial(report_html, account, each))).encode() for each in _LANGUAGES}
        where = f"{call.address}/api/scores/{account.snapshot.id}/institutions/{account.subject.id}/report"
        return _resource(document_reference(account, reports, where))

    async def measure(self, _call: Call) -> Answer:
        return _resource(measure())

    async def verification(self, call: Call) -> Answer:
        digest = call.path["digest"]
        found = await published_in(self._kit.store, digest, call.address)
        if found is None:
            en = f"no snapshot with the digest {digest} was published here"
            raise refused("missing", en, f"本系统未发布摘要为 {digest} 的快照")
        return Answer(found.document())

    async def verification_page(self, call: Call) -> Answer:
        digest = call.path["digest"]
        found = await published_in(self._kit.store, digest, call.address)
        return page(verification_html(digest, found, _language(call)))

    async def _account(self, call: Call) -> ScoreAccount:
        return await self._account_of(call, call.path["snapshot"], call.path["id"])


def _language(call: Call) -> Language:
    asked: Language = call.query.get("language", call.language)
    return asked


def _name(account: ScoreAccount) -> str:
    return f"{account.subject.name} {account.snapshot.id}"


def _resource(resource: Resource) -> Answer:
    return Answer(content=write_json(resource), media_type=CONTENT_TYPES["json"])
