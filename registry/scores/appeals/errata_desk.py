"""Answers the routes of errata: everybody reads them, offices have everybody scored anew, each sees what it changed."""

from __future__ import annotations

from typing import Any

from fhir_server.identity.organisations import ORGANISATIONS, Organisation, organisation_of
from registry.api.told import told
from registry.http.route import Answer, Call
from registry.people.caller import Caller
from registry.people.roles import ADMINISTRATOR
from registry.scores.appeals.advancing import DECIDERS
from registry.scores.appeals.errata import Erratum, Rescored, errata, erratum
from registry.scores.appeals.keeping import Office
from registry.scores.appeals.rescoring import Difference, differences, newest, rescore
from registry.scores.running.around import Around
from registry.scores.running.bridging import bridge_of
from registry.scores.seeing import jurisdiction_of, may_see, require_seeing, sees_all
from registry.sentence import Sentence

_RESCORING = Sentence("scoring everybody anew", "重新评分")
_NATION = ""


class ErrataDesk:
    """One method for each route."""

    def __init__(self, office: Office, around: Around) -> None:
        self._office, self._around = office, around

    async def list_(self, call: Call) -> Answer:
        return Answer({"errata": [_shown(each, call.caller) for each in await errata(self._office.store)]})

    async def read(self, call: Call) -> Answer:
        return Answer(_shown(await erratum(self._office.store, call.path["number"]), call.caller))

    async def rescore(self, call: Call) -> Answer:
        call.caller.require(_RESCORING, *DECIDERS, ADMINISTRATOR, jurisdiction=_NATION)
        by = call.caller.known().id
        its = await rescore(self._office.store, self._around, call.path["number"], call.now, by)
        return Answer({"erratum": _shown(its, call.caller), "rescored": [told(each) for each in newest(its)]})

    async def differences(self, call: Call) -> Answer:
        """With `institution`, that one alone, and every step of its bridge."""
        its, only = await erratum(self._office.store, call.path["number"]), call.query.get("institution", "")
        if only:
            require_seeing(call.caller, only, await jurisdiction_of(self._office.store, only))
        periods = [await self._period(each, only, call.caller) for each in newest(its)]
        return Answer({"erratum": its.number, "periods": periods})

    async def _period(self, made: Rescored, only: str, caller: Caller) -> dict[str, Any]:
        found = [each async for each in differences(self._office.store, made)]
        concerned = [each for each in found if each.is_concerned]
        wanted = [each for each in found if each.institution == only] if only else concerned
        return {
            "period": made.period,
            "old": made.old,
            "new": made.new,
            "total": len(found),
            "concerned": len(concerned),
            "institutions": [
                await self._told(each, organisation, made if only else None)
                for each in wanted
                if (organisation := await self._organisation(each.institution)) is not None
                and may_see(caller, each.institution, organisation.jurisdiction)
            ],
        }

    async def _told(self, each: Difference, of: Organisation, bridged: Rescored | None) -> dict[str, Any]:
        numbers = {"before": each.before, "after": each.after, "change": each.change}
        told = {
            "institution": each.institution,
            "name": of.name,
            "levelBefore": each.level_before,
            "levelAfter": each.level_after,
            **{name: value for name, value in numbers.items() if value is not None},
        }
        if bridged is None or each.change is None:
            return told
        bridge = await bridge_of(self._office.store, bridged.old, bridged.new, each.institution)
        steps = [
            {"cause": step.cause, "subject": step.subject, "change": step.change, "said": step.said}
            for step in bridge.steps
        ]
        return {**told, "steps": steps}

    async def _organisation(self, id_: str) -> Organisation | None:
        kept = await self._office.store.load(ORGANISATIONS, id_)
        return None if kept is None else organisation_of(id_, kept)


def _shown(its: Erratum, caller: Caller) -> dict[str, Any]:
    """Whom it came from, and of whom it speaks, is for those who see all."""
    document = told(its)
    hidden = () if sees_all(caller) else ("by", "institution")
    return {name: each for name, each in document.items() if name not in hidden and each != ""} | {"target": its.target}
