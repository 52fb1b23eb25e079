"""The drafting group and its deadline (20.00 to 20.60)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from registry.lifecycle.guards.question import Guard, Question
from registry.lifecycle.rules import Rules
from registry.model.case import Case
from registry.sentence import Sentence


def group_complete(asked: Question) -> Iterator[Sentence]:
    """Lead unit, person in charge, a user unit, and everybody's declaration of interests."""
    group = asked.case.group
    if group is None:
        yield Sentence("there is no drafting group", "尚未组建起草组")
        return
    if not group.lead_unit:
        yield Sentence("the drafting group has no lead unit", "起草组无牵头单位")
    if not group.in_charge:
        yield Sentence("the drafting group has no person in charge", "起草组无负责人")
    elif group.in_charge not in {each.person for each in group.present}:
        yield Sentence("the person in charge is not a member of the drafting group", "负责人不是起草组成员")
    if not any(each.is_user for each in group.present):
        yield Sentence("the drafting group has no unit that will use the standard", "起草组至少需要一个使用单位")
    for each in group.present:
        if each.declared is None or not each.interests.strip():
            who = each.name or each.person
            yield Sentence(f"the declaration of interests of {who} is missing", f"缺少 {who} 的利益声明")


def deadline_kept(asked: Question) -> Iterator[Sentence]:
    """The deadline is not over; else an extension is needed."""
    deadline = drafting_deadline(asked.case, asked.rules)
    if deadline is not None and asked.now > deadline:
        said = asked.said(deadline)
        yield Sentence(
            f"the deadline for drafting was {said}; the role M (business department) may extend it",
            f"起草期限 {said} 已过；角色 M（业务主管部门）可批准延期",
        )


def extension_left(asked: Question) -> Iterator[Sentence]:
    """The deadline has not been extended as often as it may."""
    most, done = asked.rules.limits["extensions"], asked.case.progress.extensions
    if done >= most:
        yield Sentence(f"the deadline has been extended {done} of {most} times", f"已延期 {done} 次，最多 {most} 次")


def drafting_begun(asked: Question) -> Iterator[Sentence]:
    """A package is made while its text is drafted or discussed."""
    if asked.case.state not in _BEGUN:
        yield Sentence(
            f"the text is in {asked.case.state or 'no state'}; a package is begun in one of {', '.join(_BEGUN)}",
            f"文本处于 {asked.case.state or '无状态'}；数据包应在以下状态建立：{'、'.join(_BEGUN)}",
        )


def drafting_deadline(case: Case, rules: Rules) -> datetime | None:
    """Until when the draft has to be ready; when it is drafted again, the time that the rules give counts anew."""
    entered, state = case.progress.entered_last(["20.20"]), rules.states.get(("text", "20.20"))
    if entered is None or state is None:
        return None
    given = None if state.span is None else entered + state.span
    is_again = case.progress.entered_last(["30.20"]) is not None
    first = case.project.deadline if case.project.deadline is not None and not is_again else given
    return None if first is None else first + case.progress.extensions * rules.limit("extension")


_BEGUN = ("20.00", "20.20", "20.60", "30.20", "30.60", "30.92", "30.93", "40.92")

GUARDS: Mapping[str, Guard] = MappingProxyType(
    {
        "group-complete": group_complete,
        "deadline-kept": deadline_kept,
        "extension-left": extension_left,
        "drafting-begun": drafting_begun,
    }
)
