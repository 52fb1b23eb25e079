"""What an erratum does: strike rules over days, name tallies that are counted anew, or name what is corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from conformance.scoring.model import Severity
from fhir_kernel.store.base import Reader
from fhir_server.identity.organisations import ORGANISATIONS
from registry.scores.appeals.errata import EffectKind
from registry.scores.inputs.declaring import DECLARATIONS
from registry.scores.inputs.reading import check_rules
from registry.scores.lists import all_lists
from registry.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Effect:
    """As whoever decides says it; `first` and `last` are days, the last one included."""

    kind: EffectKind
    first: date
    last: date
    rules: tuple[str, ...] = ()
    target: str = ""
    institution: str = ""


async def severities(reader: Reader) -> Mapping[str, Severity]:
    """The severity of every rule that was ever asked, by its id."""
    listed = {rule.id: rule.severity for each in (await all_lists(reader)).values() for rule in each.rules}
    return {**listed, **{each.id: each.severity for each in await check_rules(reader)}}


async def lacking_for(reader: Reader, effect: Effect) -> tuple[Sentence, ...]:
    """What is missing or wrong in it."""
    found = [*_days(effect), *_members(effect)]
    if effect.kind == "strike":
        known = await severities(reader)
        found += [_unknown("rule", "规则", each) for each in effect.rules if each not in known]
    if effect.kind == "declaration" and effect.target and await reader.load(DECLARATIONS, effect.target) is None:
        found.append(_unknown("declaration", "不适用声明", effect.target))
    if effect.institution and await reader.load(ORGANISATIONS, effect.institution) is None:
        found.append(_unknown("institution", "机构", effect.institution))
    return tuple(found)


def _days(effect: Effect) -> list[Sentence]:
    if effect.first <= effect.last:
        return []
    en = f"the effect ends on {effect.last}, before it begins on {effect.first}; expected the other way round"
    return [Sentence(en, f"效力结束日 {effect.last} 早于开始日 {effect.first}；应相反")]


def _members(effect: Effect) -> list[Sentence]:
    """Each kind has members of its own, all of which have to be there, and no others."""
    wanted = _MEMBERS[effect.kind]
    told = []
    for name in ("rules", "target", "institution"):
        is_there = bool(getattr(effect, name))
        if is_there and name not in wanted:
            told.append(Sentence(f"'{effect.kind}' has no {name}", f"“{effect.kind}”不含 {name}"))
        if not is_there and name in wanted:
            told.append(
                Sentence(
                    f"'{effect.kind}' needs {name}: {wanted[name].en}", f"“{effect.kind}”须有 {name}：{wanted[name].zh}"
                )
            )
    return told


def _unknown(en: str, zh: str, id_: str) -> Sentence:
    return Sentence(f"there is no {en} '{id_}'", f"没有{zh}“{id_}”")


_MEMBERS: Mapping[EffectKind, Mapping[str, Sentence]] = {
    "strike": {"rules": Sentence("ids of the rules that are struck", "停用规则的编号")},
    "rebuild": {"target": Sentence("what was mended in the tool", "工具已修复的内容")},
    "declaration": {"target": Sentence("the id of the declaration that corrects it", "作出更正的不适用声明编号")},
    "volume": {
        "target": Sentence("the data set that is counted otherwise", "更正数量的数据集"),
        "institution": Sentence("whose volume it is", "数量所属机构"),
    },
}
