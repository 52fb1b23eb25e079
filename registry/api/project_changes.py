"""What may be changed of a project, by whom, and what it becomes; every change is kept with who made it and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from fhir_kernel.store.base import Reader, Transaction
from registry.api.kit import require
from registry.api.wording import sentence_of, text_of
from registry.model.case import Case
from registry.model.project import Project, Window
from registry.people.caller import Caller
from registry.records.changes import Who, note_change
from registry.records.keeping import COMMITTEES, PLANS, PROJECTS, STANDARDS
from registry.refusal import Refused
from registry.sentence import Sentence

Make = Callable[[Mapping[str, Any], datetime], object]


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    """Of the project."""
    roles: tuple[str, ...]
    make: Make
    said: Sentence


def _as_it_is(name: str) -> Make:
    return lambda body, _now: body[name]


def _text(name: str, most: int = 5_000) -> Make:
    return lambda body, _now: text_of(body, name, most=most, least=1)


def _now_or_never(name: str) -> Make:
    return lambda body, now: now if body[name] else None


def _notice(body: Mapping[str, Any], now: datetime) -> Window:
    given = body["notice"]
    opens = given.get("opens", now)
    if opens < now or given["closes"] <= opens:
        en = "a public notice opens now or later and closes after that"
        raise Refused("invalid", (Sentence(en, "公示开始时间不得早于现在，结束时间须晚于开始时间"),), where="notice")
    return Window(opens, given["closes"])


_FIELDS: Mapping[str, _Field] = MappingProxyType(
    {
        "title": _Field(
            "title",
            ("S", "M"),
            lambda body, _now: sentence_of(body["title"], "title"),
            Sentence("the title", "标准名称"),
        ),
        "need": _Field("need", ("S", "M"), _text("need"), Sentence("the need", "必要性")),
        "scope": _Field("scope", ("S", "M"), _text("scope"), Sentence("the scope", "适用范围")),
        "owner": _Field("owner", ("S", "M"), _text("owner", 300), Sentence("the proposing unit", "提出单位")),
        "leadUnit": _Field("lead_unit", ("S", "M"), _text("leadUnit", 200), Sentence("the lead unit", "牵头单位")),
        "committee": _Field("committee", ("M",), _as_it_is("committee"), Sentence("the committee", "标委会")),
        "plan": _Field("plan", ("M",), _as_it_is("plan"), Sentence("the annual plan", "年度计划")),
        "planNumber": _Field("plan_number", ("M",), _text("planNumber", 64), Sentence("the plan number", "计划编号")),
        "deadline": _Field("deadline", ("M",), _as_it_is("deadline"), Sentence("the deadline", "起草期限")),
        "review": _Field("review", ("S",), _as_it_is("review"), Sentence("the form of review", "审查形式")),
        "voteProfile": _Field(
            "vote_profile", ("S", "M"), _as_it_is("voteProfile"), Sentence("the vote profile", "表决规则")
        ),
        "hasPackage": _Field(
            "has_package", ("S", "M", "LU"), _as_it_is("hasPackage"), Sentence("the package", "数据包")
        ),
        "isFast": _Field("is_fast", ("authority",), _as_it_is("isFast"), Sentence("the fast track", "快速程序")),
        "duplicatesSearched": _Field(
            "duplicates_searched",
            ("S",),
            _now_or_never("duplicatesSearched"),
            Sentence("the search for duplicates", "查重"),
        ),
        "overlapSearched": _Field(
            "overlap_searched",
            ("S", "M"),
            _now_or_never("overlapSearched"),
            Sentence("the search for overlaps", "交叉检索"),
        ),
        "papersSent": _Field(
            "papers_sent", ("S",), _now_or_never("papersSent"), Sentence("sending the papers", "发送送审材料")
        ),
        "notice": _Field("notice", ("S", "M"), _notice, Sentence("the public notice", "公示")),
        "dependants": _Field(
            "dependants",
            ("M", "L", "E"),
            lambda body, _now: tuple(body["dependants"]),
            Sentence("the list of dependants", "依赖清单"),
        ),
    }
)
"""By the member of a request."""


def roles_for_change(caller: Caller, case: Case, members: Sequence[str]) -> str:
    """The role by which the caller may change all of these. Raises NotLoggedIn, Refused (forbidden) for the first."""
    held = [require(caller, case, _changing(name), *_roles(caller, case, name)) for name in members]
    return ", ".join(dict.fromkeys(held))


async def change_project(
    transaction: Transaction, case: Case, caller: Caller, body: Mapping[str, Any], *, id_: str, votes: Sequence[str]
) -> Project:
    """Change what may be changed. Raises Refused; `votes` are the vote profiles of the rules."""
    members = [each for each in body if each in _FIELDS]
    if not members:
        raise _invalid("found nothing to change", "未填写任何修改内容", "")
    role = roles_for_change(caller, case, members)
    reason = text_of(body, "reason", most=2_000, least=1 if "isFast" in members else 0)
    values: dict[str, Any] = {_FIELDS[name].name: _FIELDS[name].make(body, caller.now) for name in members}
    await _check(transaction, case, values, votes)
    made = replace(case.project, **values)
    await PROJECTS.save(transaction, made)
    who = Who(id_, caller.known().id, role, caller.now, reason)
    await note_change(transaction, PROJECTS.collection, made.id, who, case.project.document(), made.document(), members)
    await _give_committee(transaction, case, made, who)
    return made


def _roles(caller: Caller, case: Case, name: str) -> tuple[str, ...]:
    """Who proposed it may mend the form when it was returned."""
    roles = _FIELDS[name].roles
    is_own = caller.person is not None and caller.person.id == case.project.proposer
    if is_own and case.state == "00.92" and name in ("title", "need", "scope", "owner"):
        return (*roles, "A")
    return roles


def _changing(name: str) -> Sentence:
    said = _FIELDS[name].said
    return Sentence(f"changing {said.en}", f"修改{said.zh}")


async def _check(reader: Reader, case: Case, values: Mapping[str, Any], votes: Sequence[str]) -> None:
    if "committee" in values:
        await COMMITTEES.get(reader, values["committee"])
    if "plan" in values:
        plan = await PLANS.get(reader, values["plan"])
        if plan.jurisdiction != case.project.jurisdiction:
            en, zh = "the plan is that of another jurisdiction", "该计划属于其他地区"
            raise Refused("conflict", (Sentence(en, zh),), where="plan")
    if values.get("vote_profile", votes[0]) not in votes:
        known = ", ".join(votes)
        found = values["vote_profile"]
        raise _invalid(f"found '{found}'; expected one of {known}", f"现为“{found}”；应为 {known}", "voteProfile")
    if "has_package" in values and case.progress.states["package"] != "none":
        en = "the package has been begun already"
        raise Refused("conflict", (Sentence(en, "数据包已建立"),), where="hasPackage")
    if values.get("papers_sent") is not None and case.state != "40.00":
        en = f"the papers are sent in 40.00; the state is {case.state}"
        raise Refused(
            "conflict", (Sentence(en, f"送审材料在 40.00 发送；当前状态为 {case.state}"),), where="papersSent"
        )


async def _give_committee(transaction: Transaction, case: Case, made: Project, who: Who) -> None:
    """A standard that no committee looks after yet belongs to that of its project."""
    if made.committee and not case.standard.committee:
        standard = replace(case.standard, committee=made.committee)
        await STANDARDS.save(transaction, standard)
        old, new = case.standard.document(), standard.document()
        await note_change(transaction, STANDARDS.collection, standard.id, who, old, new, ["committee"])


def _invalid(en: str, zh: str, where: str) -> Refused:
    return Refused("invalid", (Sentence(en, zh),), where=where)
