"""Answers the routes by which certificates are issued, seen, checked and withdrawn."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from fhir_server.identity.organisations import PRODUCTS, product_of
from registry.api.files import attachment, page
from registry.api.kit import Kit
from registry.api.told import told
from registry.api.wording import text_of
from registry.http.route import Answer, Call
from registry.publication.signing import ALGORITHM, Signer
from registry.refusal import Refused, refused
from registry.scores.certificates.addresses import addresses_of
from registry.scores.certificates.certificate import Certificate, Withdrawal, certificate, certificates
from registry.scores.certificates.issuing import Issuing, issue, withdraw
from registry.scores.certificates.page import certificate_page
from registry.scores.certificates.scored import scored_in
from registry.scores.seeing import is_vendor_of
from registry.sentence import Sentence

_PAGE = 100
_NATION = ""
_ISSUING = Sentence("issuing a certificate", "颁发证书")
_OF_OTHERS = Sentence("this needs somebody who does not belong to the vendor", "此操作应由不属于该厂商的人员办理")
_WITHDRAWING = Sentence("withdrawing a certificate", "撤销证书")


class CertificateDesk:
    """One method for each route."""

    def __init__(self, kit: Kit, signer: Signer) -> None:
        self._kit, self._signer = kit, signer

    async def issue(self, call: Call) -> Answer:
        call.caller.require(_ISSUING, "N", "E", jurisdiction=_NATION)
        await self._check_other(call)
        scored = await scored_in(self._kit.store, call.body["snapshot"], call.body["product"])
        by = Issuing(call.caller.known().id, call.now, self._kit.today(call.now))
        made = await issue(self._kit.store, self._signer, scored, by)
        return Answer(self._shown(made, call))

    async def withdraw(self, call: Call) -> Answer:
        call.caller.require(_WITHDRAWING, "N", jurisdiction=_NATION)
        reason = text_of(call.body, "reason", most=2_000, least=1)
        withdrawal = Withdrawal(call.now, call.caller.known().id, reason)
        return Answer(self._shown(await withdraw(self._kit.store, call.path["number"], withdrawal), call))

    async def list_(self, call: Call) -> Answer:
        """A page that begins after `after`; those that do not meet the parameters are passed over."""
        count, today = call.query.get("count", _PAGE), self._kit.today(call.now)
        found = await certificates(self._kit.store, call.query.get("after", ""), count)
        product, status = call.query.get("product"), call.query.get("status")
        shown = [
            self._shown(each, call)
            for each in found
            if product in (None, each.product) and status in (None, each.status(today))
        ]
        more = {"next": found[-1].number} if len(found) == count else {}
        return Answer({"certificates": shown, **more})

    async def certificate(self, call: Call) -> Answer:
        return Answer(self._shown(await self._found(call), call))

    async def page(self, call: Call) -> Answer:
        found = await self._found(call)
        language = call.query.get("language", call.language)
        addresses, content = addresses_of(found, call.address), await self._content(found)
        return page(certificate_page(found, content, addresses, self._kit.today, call.now, language))

    async def content(self, call: Call) -> Answer:
        found = await self._found(call)
        return attachment(await self._content(found), "application/json", f"{found.number}.json")

    async def signature(self, call: Call) -> Answer:
        found = await self._found(call)
        return attachment(b64decode(found.signature), "application/octet-stream", f"{found.number}.sig")

    async def _check_other(self, call: Call) -> None:
        """Raises Refused (forbidden) of whoever belongs to the vendor."""
        id_ = call.body["product"].partition("#")[0]
        kept = await self._kit.store.load(PRODUCTS, id_)
        if kept is not None and is_vendor_of(call.caller, product_of(id_, kept).vendor):
            raise Refused("forbidden", (_OF_OTHERS,))

    async def _found(self, call: Call) -> Certificate:
        return await certificate(self._kit.store, call.path["number"])

    async def _content(self, found: Certificate) -> bytes:
        content = await self._kit.store.kept(found.digest)
        if content is None:
            en, zh = f"the content of {found.number} is not in the store", f"存储中没有 {found.number} 的内容"
            raise refused("missing", en, zh)
        return content

    def _shown(self, found: Certificate, call: Call) -> dict[str, Any]:
        where = addresses_of(found, call.address)
        files = {"page": where.page, "content": where.content, "signatureFile": where.signature, "keyFile": where.key}
        return {**told(found), "status": found.status(self._kit.today(call.now)), "algorithm": ALGORITHM, **files}
