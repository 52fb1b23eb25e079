"""The roles that people have on the way of a standard, and how each is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from registry.people.scope import Scope, ScopeKind
from registry.sentence import Sentence

ANYONE = "A"
"""The role that nobody needs to be given."""
ADMINISTRATOR, AUTHORITY = "administrator", "authority"


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its code, its name, and the kind of place for which it is usually given."""

    code: str
    name: Sentence
    place: ScopeKind


ROLES: Mapping[str, Role] = MappingProxyType(
    {
        each.code: each
        for each in (
            Role(ANYONE, Sentence("anyone", "任何人"), "everything"),
            Role("S", Sentence("secretariat of the committee", "标准化技术委员会秘书处"), "committee"),
            Role("M", Sentence("business department", "业务主管部门"), "jurisdiction"),
            Role("L", Sentence("legal department", "法规部门"), "jurisdiction"),
            Role("I", Sentence("coordination and format review", "协调与格式审查"), "jurisdiction"),
            Role("LU", Sentence("lead unit", "牵头起草单位"), "group"),
            Role("C", Sentence("committee member", "委员"), "committee"),
            Role("N", Sentence("publication officer", "发布人员"), "jurisdiction"),
            Role("E", Sentence("evaluator", "评估人员"), "jurisdiction"),
            Role(ADMINISTRATOR, Sentence("administrator", "系统管理员"), "everything"),
            Role(AUTHORITY, Sentence("authority that may override", "有权特批的负责人"), "everything"),
        )
    }
)
"""Every role by its code."""


def missing_role(
    what: Sentence,
    roles: Sequence[str],
    *,
    committee: str | None = None,
    group: str | None = None,
    jurisdiction: str | None = None,
) -> Sentence:
    """Says that `what` needs one of the `roles`, each at the place of the case for which it is usually given."""
    case = {"committee": committee, "group": group, "jurisdiction": jurisdiction}
    needed = [_at_its_place(ROLES[code], case) for code in roles]
    one_en, one_zh = ("one of the roles ", "以下角色之一：") if len(needed) > 1 else ("the role ", "角色")
    en, zh = ", ".join(each.en for each in needed), "、".join(each.zh for each in needed)
    return Sentence(f"{what.en} needs {one_en}{en}", f"{what.zh}需要{one_zh}{zh}")


def _at_its_place(role: Role, case: Mapping[str, str | None]) -> Sentence:
    code = case.get(role.place)
    place = Scope.everything() if code is None else Scope(role.place, code)
    en, zh = place.said.en, place.said.zh
    called = role.code if role.code == role.name.en else f"{role.code} ({role.name.en})"
    return Sentence(f"{called} for {en}", f"{role.code}（{role.name.zh}，范围：{zh}）")
