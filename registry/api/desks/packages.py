"""Answers about the drafts of a project's package: compiled when they come, compared and rendered when asked for."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson

from fhir_kernel.store.base import Transaction
from registry.api.compiling import Workshop
from registry.api.files import attachment, page
from registry.api.kit import Kit, require
from registry.api.told import told
from registry.api.visibility import check_sees_draft, put_before_the_public, sees_draft
from registry.casework.drafts import PackageDraft, add_draft, draft_in, drafts_of
from registry.drafting.intake import Upload, taken_in
from registry.drafting.package.compilation import compilation_in
from registry.drafting.package.upload import CompiledDraft, compile_upload
from registry.drafting.render.code_table import CodeTable
from registry.drafting.render.page import code_page, compilation_page, difference_page, profile_page
from registry.http.faults import MISSING, Fault, Misformed
from registry.http.route import Answer, Call
from registry.model.case import Case
from registry.records.keeping import missing
from registry.refusal import Refused
from registry.sentence import Sentence

_UPLOADING = Sentence("uploading a draft of the package", "上传数据包草案")
_ARCHIVE = "application/tar+gzip"


class PackagesDesk:
    """One method for each route."""

    def __init__(self, kit: Kit) -> None:
        self._kit, self._workshop = kit, Workshop(kit)

    async def drafts(self, call: Call) -> Answer:
        case = await self._case(call)
        digests = await put_before_the_public(self._kit.store, case.project.id)
        every = await drafts_of(self._kit.store, case.project.id)
        shown = [told(each) for each in every if sees_draft(call.caller, each, case, digests)]
        return Answer({"drafts": shown, "hidden": len(every) - len(shown)})

    async def upload(self, call: Call) -> Answer:
        kit = self._kit
        _check_may_upload(call, await self._case(call))
        async with taken_in(call.body.pieces, kit.folder, kit.packages.bytes, declared=call.body.declared) as upload:
            made = await kit.at_work(lambda: compile_upload(upload, kit.folder, kit.bench, kit.packages))
            report = made.compilation.document()
            await kit.store.keep(await asyncio.to_thread(upload.path.read_bytes))
            kept = await kit.store.keep(orjson.dumps(report))
            draft = await self._added(call, upload, made, kept)
        return Answer({"draft": told(draft), "compilation": report})

    async def draft(self, call: Call) -> Answer:
        draft = await self._draft(call, call.path["number"])
        kept = await self._kit.store.kept(draft.report)
        if kept is None:
            raise missing(Sentence("content", "内容"), draft.report)
        return Answer({"draft": told(draft), "compilation": orjson.loads(kept)})

    async def findings(self, call: Call) -> Answer:
        draft = (await self.draft(call)).body
        return page(compilation_page(compilation_in(draft["compilation"]), call.language))

    async def download(self, call: Call) -> Answer:
        draft = await self._draft(call, call.path["number"])
        content = await self._kit.store.kept(draft.content)
        if content is None:
            raise missing(Sentence("content", "内容"), draft.content)
        return attachment(content, _ARCHIVE, f"{draft.name}-{draft.version}.tgz")

    async def artefacts(self, call: Call) -> Answer:
        compared = await self._workshop.draft(await self._draft(call, call.path["number"]))
        return Answer({"artefacts": [_artefact(each.file, dict(each.resource)) for each in compared.draft.artefacts]})

    async def table(self, call: Call) -> Answer:
        if not call.query.get("url"):
            raise Misformed([Fault("?url", MISSING, Sentence("a canonical URL", "规范地址"))])
        table = await self._workshop.table(await self._draft(call, call.path["number"]), call.query["url"])
        if call.query.get("format") == "html":
            language = call.language
            return page(code_page(table, language) if isinstance(table, CodeTable) else profile_page(table, language))
        return Answer(table.document())

    async def compare(self, call: Call) -> Answer:
        after = await self._draft(call, call.path["number"])
        before = await self._draft(call, str(call.query.get("from", max(after.number - 1, 1))))
        difference = await self._workshop.difference(before, after)
        if call.query.get("format") == "html":
            return page(difference_page(difference, call.language))
        return Answer(difference.document())

    async def _added(self, call: Call, upload: Upload, made: CompiledDraft, report: str) -> PackageDraft:
        kit, manifest = self._kit, made.draft.manifest
        counts = dict(made.compilation.counts)

        async def work(transaction: Transaction) -> PackageDraft:
            case = await kit.case(transaction, call.path["id"], call.now)
            _check_may_upload(call, case)
            draft = PackageDraft(
                project=case.project.id,
                number=len(await drafts_of(transaction, case.project.id)) + 1,
                content=upload.sha256,
                digest=made.compilation.digest,
                report=report,
                size=upload.size,
                name=str(manifest.get("name", "")),
                version=str(manifest.get("version", "")),
                filed=call.now,
                filed_by=call.caller.known().id,
                errors=counts["error"],
                warnings=counts["warning"],
                examples=made.compilation.examples,
            )
            await add_draft(transaction, draft)
            return draft

        return await kit.store.commit(work)

    async def _case(self, call: Call) -> Case:
        return await self._kit.case(self._kit.store, call.path["id"], call.now)

    async def _draft(self, call: Call, number: str) -> PackageDraft:
        case, store = await self._case(call), self._kit.store
        if not number.isdecimal() or len(number) > 8:
            raise missing(Sentence("draft of the package", "数据包草案"), number)
        draft = await draft_in(store, case.project.id, int(number))
        check_sees_draft(call.caller, draft, case, await put_before_the_public(store, case.project.id))
        return draft


def _check_may_upload(call: Call, case: Case) -> None:
    require(call.caller, case, _UPLOADING, "LU")
    state = case.progress.states["package"]
    if state != "draft":
        en = f"a draft of the package is uploaded while its state is 'draft'; the state is '{state}'"
        if state == "none":
            en += "; the action start-package begins it"
        raise Refused("conflict", (Sentence(en, f"数据包处于“draft”状态时才能上传草案；当前状态为“{state}”"),))


def _artefact(file: str, resource: dict[str, Any]) -> dict[str, str]:
    names = {"url": "url", "type": "resourceType", "id": "id"}
    title = str(resource.get("title") or resource.get("name") or "")
    return {**{name: str(resource.get(of, "")) for name, of in names.items()}, "title": title, "file": file}
