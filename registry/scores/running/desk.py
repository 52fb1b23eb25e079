"""Takes scores, and tells them to those who may see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fhir_server.identity.organisations import ORGANISATIONS, Organisation, organisation_of
from registry.api.kit import Kit
from registry.api.told import told
from registry.http.route import Answer, Call
from registry.people.roles import ADMINISTRATOR
from registry.records.keeping import every
from registry.refusal import refused
from registry.scores.account import ScoreAccount
from registry.scores.account_json import account_json, funnel_json, said_json
from registry.scores.running.accounts import account_of, explained
from registry.scores.running.around import Around
from registry.scores.running.bridging import both_of, bridge_of, moved
from registry.scores.running.funnels import public_peers
from registry.scores.running.histories import decimal_of
from registry.scores.running.products import ProductScore, product_scores
from registry.scores.running.snapshots import KeptSnapshot, all_rows, content_of, snapshot_in, snapshots
from registry.scores.running.taking import take_score, try_score
from registry.scores.running.verifying import verify
from registry.scores.seeing import is_vendor_of, jurisdiction_of, may_see, require_all, require_seeing, sees_all
from registry.sentence import Sentence

_PAGE = 100
_TAKING = Sentence("taking scores", "评分")
_KEPT_BACK = frozenset(("tallies", "standing"))
"""Members of a row that are the snapshot's own affair."""


class ScoresDesk:
    """One method for each route."""

    def __init__(self, kit: Kit, around: Around) -> None:
        self._kit, self._store, self._around = kit, kit.store, around

    async def run(self, call: Call) -> Answer:
        caller, month, seed = call.caller, call.body["period"], call.body.get("seed")
        caller.require(_TAKING, "E", "M", ADMINISTRATOR, jurisdiction="")
        if "institution" in call.body:
            tried = await try_score(self._store, month, self._around, call.now, call.body["institution"], seed=seed)
            return Answer({"trial": _row(tried.row), "unclassified": tried.unclassified})
        by = caller.known().id
        taken = await take_score(self._store, month, self._around, call.now, seed=seed, by=by)
        return Answer({"isNew": taken.is_new, "snapshot": told(taken.snapshot), "unclassified": taken.unclassified})

    async def listed(self, call: Call) -> Answer:
        found = await snapshots(self._store, call.query.get("period", ""))
        return Answer({"snapshots": [told(each) for each in found]})

    async def scores(self, call: Call) -> Answer:
        head = await snapshot_in(self._store, call.path["snapshot"])
        seen = [] if call.caller.person is None else await self._seen(call, head)
        start = call.query.get("start", 0)
        page = seen[start : start + call.query.get("count", _PAGE)]
        return Answer({"snapshot": told(head), "scores": page, "total": len(seen)})

    async def _seen(self, call: Call, head: KeptSnapshot) -> list[Mapping[str, Any]]:
        """What a person may see; of many institutions that takes a while."""
        known = await self._register()
        return [
            {**_row(row), "name": known[row["institution"]].name if row["institution"] in known else ""}
            async for row, _ in all_rows(self._store, head)
            if _may_see(call, row["institution"], known)
        ]

    async def content(self, call: Call) -> Answer:
        require_all(call.caller)
        head = await snapshot_in(self._store, call.path["snapshot"])
        return Answer(content=(await content_of(self._store, head)).content)

    async def replay(self, call: Call) -> Answer:
        require_all(call.caller)
        done = await verify(self._store, call.path["snapshot"], scorer=self._around.scorer)
        return Answer({"snapshot": told(done.snapshot), "isEqual": True, "institutions": done.institutions})

    async def account(self, call: Call) -> Answer:
        return Answer(account_json(await self.account_for(call, call.path["snapshot"], call.path["id"])))

    async def account_for(self, call: Call, snapshot: str, institution: str) -> ScoreAccount:
        """The account, where the caller may see it. Raises Refused."""
        require_seeing(call.caller, institution, await jurisdiction_of(self._store, institution))
        return await account_of(self._store, snapshot, institution, call.address)

    async def explanation(self, call: Call) -> Answer:
        institution = call.path["id"]
        require_seeing(call.caller, institution, await jurisdiction_of(self._store, institution))
        return Answer({"sentences": said_json(await explained(self._store, call.path["snapshot"], institution))})

    async def products(self, call: Call) -> Answer:
        found = await product_scores(self._store, call.path["snapshot"])
        return Answer({"products": [_product(each, _sees_product(call, each)) for each in found]})

    async def bridge(self, call: Call) -> Answer:
        if "from" not in call.query:
            raise refused("invalid", "found nothing; expected the id of a snapshot", "应为快照编号", "?from")
        old, new = await both_of(self._store, call.query["from"], call.path["snapshot"])
        ends = {"from": old.id, "to": new.id}
        if "institution" not in call.query:
            known = await self._register()
            changes = [
                {"institution": each.institution, "old": each.old, "new": each.new, "change": each.change}
                async for each in moved(self._store, old, new)
                if _may_see(call, each.institution, known)
            ]
            return Answer({**ends, "changes": changes})
        institution = call.query["institution"]
        require_seeing(call.caller, institution, await jurisdiction_of(self._store, institution))
        made = await bridge_of(self._store, old.id, new.id, institution)
        steps = [
            {"cause": each.cause, "subject": each.subject, "change": each.change, "said": said_json([each.said])[0]}
            for each in made.steps
        ]
        whole = {"old": made.old, "new": made.new, "change": made.new - made.old}
        return Answer({**ends, "institution": institution, **whole, "steps": steps})

    async def peers(self, call: Call) -> Answer:
        head = await snapshot_in(self._store, call.path["snapshot"])
        found = await public_peers(self._store, head, call.path["class"])
        return Answer({"class": call.path["class"], **funnel_json(found)})

    async def _register(self) -> Mapping[str, Organisation]:
        return {id_: organisation_of(id_, kept) async for id_, kept in every(self._store, ORGANISATIONS)}


def _may_see(call: Call, institution: str, known: Mapping[str, Organisation]) -> bool:
    its = known.get(institution)
    return may_see(call.caller, institution, "" if its is None else its.jurisdiction)


def _row(row: Mapping[str, Any]) -> Mapping[str, Any]:
    told_ = {name: value for name, value in row.items() if name not in _KEPT_BACK}
    return told_ | {name: decimal_of(row[name]) for name in ("score", "lower", "upper")}


def _sees_product(call: Call, each: ProductScore) -> bool:
    return each.assessment.value is not None or sees_all(call.caller) or is_vendor_of(call.caller, each.vendor)


def _product(each: ProductScore, in_full: bool) -> Mapping[str, Any]:
    """Of a product that few use, only that they are few: its numbers would be those of an institution."""
    made = each.assessment
    return {
        "product": each.product,
        "name": each.name,
        "vendor": each.vendor,
        "institutions": each.institutions,
        "score": made.value,
        "lower": made.lower,
        "upper": made.upper,
        "dimensions": made.dimensions if in_full else {},
        "records": made.records if in_full else 0,
        "withheld": said_json(made.withheld if in_full else made.withheld[:1]),
    }
