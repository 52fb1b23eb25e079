"""Answers about the documents of a project: taken onto the disk, sniffed, kept by digest, given back as attachments."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from fhir_kernel.store.base import Transaction
from registry.api.checklist import filing, roles_filing
from registry.api.files import attachment
from registry.api.generated import KINDS, generated
from registry.api.kit import Kit, is_inside, require
from registry.api.told import told
from registry.api.visibility import check_sees_document, is_public, put_before_the_public
from registry.drafting.intake import taken_in
from registry.drafting.text.document import TextDocument, examine_text
from registry.http.faults import MISSING, Fault, Misformed
from registry.http.route import Answer, Call
from registry.lifecycle.rules import Rules
from registry.model.artefact import FiledDocument
from registry.model.case import Case
from registry.plain_text import plain_text
from registry.records.filing import file_document
from registry.records.keeping import missing
from registry.refusal import Refused
from registry.sentence import Sentence

EXAMINED = "text-document"
"""The collection of what is known of texts, by digest."""


class DocumentsDesk:
    """One method for each route."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def documents(self, call: Call) -> Answer:
        case = await self._case(call)
        digests = await put_before_the_public(self._kit.store, case.project.id)
        inside = is_inside(call.caller, case)
        shown = [each for each in case.documents if inside or is_public(each, case, digests)]
        return Answer({"documents": [told(each) for each in shown], "hidden": len(case.documents) - len(shown)})

    async def file(self, call: Call) -> Answer:
        kit, rules = self._kit, await self._rules(call)
        kind, name = _needed(call.query, "kind"), plain_text(_needed(call.query, "name"), most=200, where="?name")
        _check_may_file(call, await self._case(call), kind, rules)
        _check_uploaded(kind, rules)
        async with taken_in(call.body.pieces, kit.folder, kit.texts.bytes, declared=call.body.declared) as upload:
            found = await asyncio.to_thread(examine_text, upload, kit.texts)
            await kit.store.keep(await asyncio.to_thread(upload.path.read_bytes))
        filed = await self._filed(call, kind, name, found, rules)
        return Answer({"document": told(filed), "text": found.document()})

    async def generate(self, call: Call) -> Answer:
        kit, rules, kind = self._kit, await self._rules(call), call.body["kind"]
        case = await self._case(call)
        _check_may_file(call, case, kind, rules)
        name, content = await generated(kit, case, kind, call.language)
        digest = await kit.store.keep(content)

        async def work(transaction: Transaction) -> FiledDocument:
            now = await kit.case(transaction, call.path["id"], call.now)
            return await _file(
                transaction, kit, call, now, kind, name, digest, len(content), "text/html; charset=utf-8"
            )

        return Answer(told(await kit.store.commit(work)))

    async def download(self, call: Call) -> Answer:
        case, document = await self._document(call)
        check_sees_document(call.caller, document, case, await put_before_the_public(self._kit.store, case.project.id))
        content = await self._kit.store.kept(document.digest)
        if content is None:
            raise missing(Sentence("content", "内容"), document.digest)
        return attachment(content, document.media_type, document.name)

    async def clauses(self, call: Call) -> Answer:
        case, document = await self._document(call)
        check_sees_document(call.caller, document, case, await put_before_the_public(self._kit.store, case.project.id))
        kept = await self._kit.store.load(EXAMINED, document.digest)
        if kept is None:
            raise Refused("missing", (Sentence("it was not uploaded as a text", "该文件不是上传的文本"),))
        return Answer(kept)

    async def _filed(self, call: Call, kind: str, name: str, found: TextDocument, rules: Rules) -> FiledDocument:
        kit = self._kit

        async def work(transaction: Transaction) -> FiledDocument:
            case = await kit.case(transaction, call.path["id"], call.now)
            _check_may_file(call, case, kind, rules)
            await transaction.save(EXAMINED, found.sha256, found.document())
            return await _file(transaction, kit, call, case, kind, name, found.sha256, found.size, found.media_type)

        return await kit.store.commit(work)

    async def _case(self, call: Call) -> Case:
        return await self._kit.case(self._kit.store, call.path["id"], call.now)

    async def _document(self, call: Call) -> tuple[Case, FiledDocument]:
        case = await self._case(call)
        wanted = call.path["document"]
        found = next((each for each in case.documents if each.id == wanted), None)
        if found is None:
            raise missing(Sentence("document", "文件"), wanted)
        return case, found

    async def _rules(self, call: Call) -> Rules:
        return (await self._kit.rulebook.book(self._kit.store)).at(call.now)


async def _file(
    transaction: Transaction,
    kit: Kit,
    call: Call,
    case: Case,
    kind: str,
    name: str,
    digest: str,
    size: int,
    media_type: str,
) -> FiledDocument:
    id_, by = kit.new_id(), call.caller.known().id
    made = FiledDocument(id_, case.project.id, kind, digest, name, media_type, size, by, call.now, case.state)
    await file_document(transaction, made)
    return made


def _check_may_file(call: Call, case: Case, kind: str, rules: Rules) -> None:
    roles = roles_filing(kind, rules)
    require(call.caller, case, filing(kind, rules), *roles)
    if rules.state("text", case.state).is_end and case.edition.published is None:
        said = Sentence("the project has ended; nothing is filed any more", "项目已终止，不能再提交文件")
        raise Refused("conflict", (said,))


def _check_uploaded(kind: str, rules: Rules) -> None:
    """What the registry knows, it writes itself, so that papers and what happened agree."""
    if kind in KINDS:
        name = rules.documents[kind].name
        how = f'POST projects/{{id}}/generated-documents {{"kind": "{kind}"}} (generateDocument)'
        said = Sentence(
            f"'{name.en}' is written by the registry itself and not uploaded: {how}",
            f"“{name.zh}”由系统生成，不接受上传：{how}",
        )
        raise Refused("invalid", (said,), where="?kind")


def _needed(query: Mapping[str, Any], name: str) -> str:
    if not query.get(name, "").strip():
        raise Misformed([Fault(f"?{name}", MISSING, Sentence("a value", "一个值"))])
    return str(query[name])
