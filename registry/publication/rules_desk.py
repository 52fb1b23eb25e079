"""Answers what was published and what is asked of records: rules, announcement, artefacts, signature, keys."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from fhir_kernel.store.base import Transaction
from fhir_kernel.store.records import Document
from registry.api.files import attachment, page
from registry.api.kit import Kit
from registry.api.told import told
from registry.http.route import Answer, Call
from registry.model.edition import Edition
from registry.packages.opening import open_package
from registry.people.roles import AUTHORITY
from registry.publication.in_force import changes, described, last_instant, rules_at
from registry.publication.moving import MOVED, Moved, move_dates
from registry.publication.press import Press
from registry.publication.record import Archive, Publication, publication_in
from registry.publication.signing import ALGORITHM
from registry.publication.superseding import rules_of
from registry.records.keeping import STANDARDS, edition
from registry.refusal import Refused
from registry.sentence import Sentence

_MOVING = Sentence("moving the dates of a rule", "调整规则日期")
_PEM, _BYTES = "application/x-pem-file", "application/octet-stream"


class RulesDesk:
    """One method for each route."""

    def __init__(self, kit: Kit, press: Press) -> None:
        self._kit, self._press = kit, press

    async def rules(self, call: Call) -> Answer:
        instant, asked = self._instant(call), call.query.get("type")
        found = await rules_at(self._kit.store, instant)
        rules = [each for each in found if asked in (None, each["type"])]
        return Answer({"instant": instant, "rules": rules})

    async def rules_of_edition(self, call: Call) -> Answer:
        its = await self._edition(call)
        rules = await rules_of(self._kit.store, its.id)
        if rules is None:
            return Answer({"rules": [], "decisions": []})
        made = [
            {"at": each.at, "by": each.by, "reason": each.reason, "rules": described(each.rules, each.at)}
            for each in await changes(self._kit.store)
            if each.rules.name == rules.name
        ]
        return Answer({"rules": described(rules, call.now), "decisions": made})

    async def move(self, call: Call) -> Answer:
        dates: dict[Moved, datetime] = {each: call.body[each] for each in MOVED if each in call.body}

        async def work(transaction: Transaction) -> Sequence[Document]:
            standard = await STANDARDS.get(transaction, call.path["standard"])
            call.caller.require(_MOVING, AUTHORITY, jurisdiction=standard.jurisdiction)
            its = await edition(transaction, standard.id, call.path["edition"])
            made = await move_dates(
                transaction,
                its.id,
                call.body["profile"],
                dates,
                reason=call.body["reason"],
                by=call.caller.known().id,
                now=call.now,
                new_id=self._kit.new_id,
            )
            return described(made, call.now)

        return Answer({"instant": call.now, "rules": await self._kit.store.commit(work)})

    async def announcement(self, call: Call) -> Answer:
        publication = await self._published(call)
        content = await self._content(publication.announcements[call.language])
        return page(content.decode())

    async def signature(self, call: Call) -> Answer:
        archive = (await self._published(call)).archive_of(call.query.get("version", ""))
        content = await self._content(archive.signature)
        return attachment(content, _BYTES, f"{archive.package}-{archive.version}.tgz.sig")

    async def artefacts(self, call: Call) -> Answer:
        publication = await self._published(call)
        its, archive = await self._edition(call), publication.archive
        shown: dict[str, Any] = {"artefacts": [told(each) for each in its.artefacts], "resources": []}
        if archive is None:
            return Answer(shown)
        content = await self._content(archive.sha256)
        opened = await asyncio.to_thread(open_package, content, self._press.archive_limits)
        rows = [{**each.document(), "sha256": each.digest} for each in opened.artefacts]
        shown["resources"] = [{name: value for name, value in row.items() if name != "digest"} for row in rows]
        return Answer({**shown, "archive": _signed(archive)})

    async def keys(self, _call: Call) -> Answer:
        found = await asyncio.to_thread(self._press.signer.public_keys)
        return Answer({"keys": [{"id": each.id, "algorithm": ALGORITHM, "pem": each.pem} for each in found]})

    async def key(self, call: Call) -> Answer:
        for each in await asyncio.to_thread(self._press.signer.public_keys):
            if each.id == call.path["key"]:
                return attachment(each.pem.encode(), _PEM, f"{each.id}.pem")
        raise _missing(f"there is no key '{call.path['key']}'", f"没有密钥“{call.path['key']}”")

    def _instant(self, call: Call) -> datetime:
        day, at = call.query.get("day"), call.query.get("at")
        if day is not None and at is not None:
            en, zh = "found both day and at; expected one of them", "day 与 at 只能填写一个"
            raise Refused("invalid", (Sentence(en, zh),), where="at")
        if day is not None:
            return last_instant(day, timezone(self._kit.offset))
        return call.now if at is None else at

    async def _edition(self, call: Call) -> Edition:
        return await edition(self._kit.store, call.path["standard"], call.path["edition"])

    async def _published(self, call: Call) -> Publication:
        its = await self._edition(call)
        publication = await publication_in(self._kit.store, its.id)
        if publication.done is None:
            raise _missing("the edition has not been published", "该版本尚未发布")
        return publication

    async def _content(self, digest: str) -> bytes:
        content = await self._kit.store.kept(digest)
        if content is None:
            raise _missing(f"the content {digest} is not in the store", f"存储中没有内容 {digest}")
        return content


def _signed(archive: Archive) -> dict[str, Any]:
    shown = {
        "sha256": archive.sha256,
        "size": archive.size,
        "key": archive.key,
        "algorithm": ALGORITHM,
        "package": archive.name,
    }
    return {**shown, "sm3": archive.sm3} if archive.sm3 else shown


def _missing(en: str, zh: str) -> Refused:
    return Refused("missing", (Sentence(en, zh),))
