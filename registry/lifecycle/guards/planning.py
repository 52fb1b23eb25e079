"""Proposal, application and plan (00.00 to 10.99)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from registry.lifecycle.guards.question import Guard, Question
from registry.sentence import Sentence


def form_complete(asked: Question) -> Iterator[Sentence]:
    """The proposal says why, what and who."""
    project = asked.case.project
    for found, en, zh in (
        (project.title.en or project.title.zh, "title", "标准名称"),
        (project.need, "need", "必要性"),
        (project.scope, "scope", "适用范围"),
        (project.owner, "owner", "提出单位或个人"),
    ):
        if not found.strip():
            yield Sentence(f"the proposal says nothing under '{en}'", f"立项建议未填写“{zh}”")


def proposer(asked: Question) -> Iterator[Sentence]:
    """Who proposed it, or the secretariat for them."""
    own = asked.case.project.proposer
    if "S" not in asked.actor.roles and (not own or own != asked.actor.id):
        yield Sentence(
            "only the person who proposed it or the role S (secretariat of the committee) may do this",
            "只有提出人或具有角色 S（标准化技术委员会秘书处）者可以进行此操作",
        )


def duplicates_searched(asked: Question) -> Iterator[Sentence]:
    """Somebody has looked for standards of the same matter."""
    if asked.case.project.duplicates_searched is None:
        yield Sentence("the search for duplicates has not been done", "尚未进行查重")


def overlap_searched(asked: Question) -> Iterator[Sentence]:
    """Somebody has looked for projects and standards that overlap."""
    if asked.case.project.overlap_searched is None:
        yield Sentence("the search for overlaps has not been done", "尚未进行交叉重复检索")


def lead_unit_named(asked: Question) -> Iterator[Sentence]:
    """It is said who will draft."""
    if not asked.case.project.lead_unit.strip():
        yield Sentence("the lead unit is not named", "未指定牵头起草单位")


def notice_over(asked: Question) -> Iterator[Sentence]:
    """The public notice was long enough and is over."""
    notice, least = asked.case.project.notice, asked.rules.limit("notice")
    entered = asked.case.progress.entered_last(["10.20"])
    if notice is None or (entered is not None and notice.closes < entered):
        yield Sentence("there has been no public notice", "尚未公示")
        return
    if notice.closes - notice.opens < least:
        yield Sentence(
            f"the public notice lasts {_days(notice.closes - notice.opens)}; at least {least.days} days are asked for",
            f"公示期过短，至少 {least.days} 天",
        )
    if asked.now < notice.closes:
        until = asked.said(notice.closes)
        yield Sentence(f"the public notice runs until {until}", f"公示至 {until} 结束")


def objections_answered(asked: Question) -> Iterator[Sentence]:
    """Nobody who objected waits for an answer."""
    count = len(asked.case.open_matters("objection"))
    if count:
        yield Sentence(f"objections without an answer: {count}", f"尚有 {count} 条异议未答复")


def in_plan(asked: Question) -> Iterator[Sentence]:
    """It has its place in an annual plan."""
    if asked.case.plan is None:
        yield Sentence("the project belongs to no annual plan", "项目未列入年度计划")
    if not asked.case.project.plan_number:
        yield Sentence("the project has no plan number", "项目无计划编号")


def plan_decreed(asked: Question) -> Iterator[Sentence]:
    """The plan has been decreed."""
    plan = asked.case.plan
    if plan is None:
        yield Sentence("the project belongs to no annual plan", "项目未列入年度计划")
    elif plan.decreed is None or plan.decreed > asked.today:
        yield Sentence("the annual plan has not been decreed", "年度计划尚未下达")


def _days(span: object) -> str:
    return str(span).removesuffix(", 0:00:00")


GUARDS: Mapping[str, Guard] = MappingProxyType(
    {
        "form-complete": form_complete,
        "proposer": proposer,
        "duplicates-searched": duplicates_searched,
        "overlap-searched": overlap_searched,
        "lead-unit-named": lead_unit_named,
        "notice-over": notice_over,
        "objections-answered": objections_answered,
        "in-plan": in_plan,
        "plan-decreed": plan_decreed,
    }
)
