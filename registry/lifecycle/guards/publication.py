"""Number, publication, periodic review and abolition (60.00 to 95.99)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from registry.lifecycle.guards.question import Guard, Question
from registry.lifecycle.rules import Rules
from registry.model.case import Case
from registry.model.edition import Edition
from registry.model.progress import Progress
from registry.model.project import Project
from registry.sentence import Sentence


def number_given(asked: Question) -> Iterator[Sentence]:
    """Standard and edition have their numbers."""
    if not asked.case.standard.number:
        yield Sentence("the standard has no number", "标准尚无编号")
    if not asked.case.edition.number:
        yield Sentence("the edition has no number", "该版本尚无编号")


def number_unique(asked: Question) -> Iterator[Sentence]:
    """Nothing else has the number."""
    other = asked.case.facts.number_taken_by
    if other:
        yield Sentence(f"the number {asked.case.edition.number} belongs to {other}", f"编号已被 {other} 使用")


def replaced_named(asked: Question) -> Iterator[Sentence]:
    """A revision says what it replaces, an amendment what it amends."""
    edition, kind = asked.case.edition, asked.case.project.kind
    if kind == "revision" and not edition.related("replaces"):
        yield Sentence("it is not said which edition is replaced", "未填写代替的标准")
    if kind == "amendment" and not edition.related("amends"):
        yield Sentence("it is not said which edition is amended", "未填写被修改的标准")


def dates_in_order(asked: Question) -> Iterator[Sentence]:
    """It is implemented after it is published."""
    published, in_force = asked.case.edition.published, asked.case.edition.in_force
    if published is None:
        yield Sentence("the day of publication is not set", "未设定发布日期")
    if in_force is None:
        yield Sentence("the day of implementation is not set", "未设定实施日期")
    if published is not None and in_force is not None and in_force <= published:
        yield Sentence(
            f"the day of implementation is {in_force}; it has to be after the day of publication, {published}",
            f"实施日期 {in_force} 须晚于发布日期 {published}",
        )


def imported(asked: Question) -> Iterator[Sentence]:
    """It was published elsewhere, before it was known here."""
    edition = asked.case.edition
    if edition.imported is None:
        yield Sentence("it was not taken from a ledger", "该版本并非由台账导入")
    if edition.published is None or edition.published > asked.today:
        yield Sentence("it has not been published yet", "尚未发布")


def ended_before(asked: Question) -> Iterator[Sentence]:
    """It is no longer in force."""
    ends = asked.case.edition.ends
    if ends is None or ends > asked.today:
        yield Sentence("it has not ended", "尚未废止或被代替")


def review_has_cause(asked: Question) -> Iterator[Sentence]:
    """The periodic review is due soon, or something has happened."""
    due, lead = review_due(asked.case, asked.rules), asked.rules.limit("review-lead")
    if due is None or asked.now >= due - lead or asked.case.open_matters("trigger"):
        return
    yield Sentence(
        f"the periodic review is due on {asked.said(due)} and can begin {lead.days} days before; "
        "earlier it needs a trigger, such as a change of law or an evaluation below the threshold",
        f"复审期限为 {asked.said(due)}，可提前 {lead.days} 天启动；更早启动须有触发原因，如法律变化或评价低于阈值",
    )


def abolition_window_over(asked: Question) -> Iterator[Sentence]:
    """The notice of abolition was long enough."""
    entered, least = asked.case.progress.entered_last(["95.20"]), asked.rules.limit("abolition")
    if entered is not None and asked.now < entered + least:
        until = asked.said(entered + least)
        yield Sentence(f"the notice of abolition runs until {until}", f"废止公示至 {until} 结束")


def dependants_listed(asked: Question) -> Iterator[Sentence]:
    """Somebody has listed what refers to it, even if that is nothing."""
    if asked.case.project.dependants is None:
        yield Sentence("what depends on the standard has not been listed", "尚未列出依赖该标准的标准")


def successor_in_force(asked: Question) -> Iterator[Sentence]:
    """Another edition has taken its place."""
    successor = asked.case.facts.successor
    if successor is None:
        yield Sentence("no other edition replaces it", "没有代替它的标准")
    elif not successor.is_in_force:
        yield Sentence(f"{successor.number} is not in force yet", f"{successor.number} 尚未实施")


def review_due(case: Case, rules: Rules) -> datetime | None:
    """When the next periodic review has to be done; None before publication."""
    return next_review(case.edition, case.project, case.progress, rules)


def next_review(its: Edition, project: Project, progress: Progress, rules: Rules) -> datetime | None:
    """The same of an edition and the project that is at this point."""
    published, kept = progress.entered_last(["60.60"]), progress.entered_last(["90.93"])
    if published is None:
        return None
    if its.imported is not None:
        published = its.created
    if kept is not None and kept > published:
        return kept + rules.limit("review")
    return published + rules.limit("fast-review" if project.is_fast else "review")


GUARDS: Mapping[str, Guard] = MappingProxyType(
    {
        "number-given": number_given,
        "number-unique": number_unique,
        "replaced-named": replaced_named,
        "dates-in-order": dates_in_order,
        "imported": imported,
        "ended-before": ended_before,
        "review-has-cause": review_has_cause,
        "abolition-window-over": abolition_window_over,
        "dependants-listed": dependants_listed,
        "successor-in-force": successor_in_force,
    }
)
