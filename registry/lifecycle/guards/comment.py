"""Public comment (30.20 to 30.99)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from registry.lifecycle.guards.question import Guard, Question
from registry.model.facts import ConsultationFacts
from registry.sentence import Sentence

_NONE = Sentence("no consultation has been prepared", "尚未准备征求意见")


def draft_frozen(asked: Question) -> Iterator[Sentence]:
    """The consultation is about the newest text and package."""
    consultation = asked.case.facts.consultation
    if consultation is None:
        yield _NONE
        return
    if consultation.is_unchanged:
        yield Sentence(
            f"round {consultation.round - 1} led to a major change, but the contents are the same; "
            "the draft has to change",
            f"第 {consultation.round - 1} 轮意见导致重大修改，但内容未变；须修改草案",
        )
    draft, package = asked.case.newest("comment-draft"), asked.case.facts.package
    if draft is not None and draft.digest not in consultation.digests:
        yield Sentence(
            "the consultation is frozen on another text than the newest draft for comment",
            "征求意见所冻结的文本不是最新的征求意见稿",
        )
    if asked.case.project.has_package and package is not None and package.digest not in consultation.digests:
        yield Sentence(
            "the consultation is frozen on another package than the newest draft",
            "征求意见所冻结的数据包不是最新草案",
        )


def window_long_enough(asked: Question) -> Iterator[Sentence]:
    """The window is as long as the rules ask, counted from now or later."""
    consultation, least = asked.case.facts.consultation, asked.rules.window(asked.case.standard, asked.case.project)
    if consultation is None:
        return
    span = consultation.closes - max(consultation.opens, asked.now)
    if consultation.closes <= asked.now:
        yield Sentence("the window of the consultation is over", "征求意见期已结束，须重新准备")
    elif span < least and not consultation.is_shortened and consultation.opens < asked.now:
        yield Sentence(
            f"less than {least.days} days would remain for comments; the window has to open anew",
            f"剩余征求意见时间不足 {least.days} 天；须重新设定",
        )
    elif span < least and not consultation.is_shortened:
        yield Sentence(
            f"the window is shorter than {least.days} days; only a named authority may shorten it, with a reason",
            f"征求意见期不足 {least.days} 天；只有指定负责人可说明理由后缩短",
        )


def window_over(asked: Question) -> Iterator[Sentence]:
    """Nobody can comment any more."""
    consultation = asked.case.facts.consultation
    if consultation is None:
        yield _NONE
    elif asked.now < consultation.closes:
        until = asked.said(consultation.closes)
        yield Sentence(f"comments are taken until {until}", f"征求意见至 {until} 结束")


def comments_disposed(asked: Question) -> Iterator[Sentence]:
    """Every comment has its disposition and reason."""
    consultation = asked.case.facts.consultation
    if consultation is None:
        yield _NONE
    elif consultation.undisposed:
        yield Sentence(
            f"comments without a disposition: {consultation.undisposed}", f"尚有 {consultation.undisposed} 条意见未处理"
        )


def no_major_change(asked: Question) -> Iterator[Sentence]:
    """No disposition changes the draft so much that the public must be heard again."""
    if _is_major(asked.case.facts.consultation):
        yield Sentence("a major change was made: public comment has to be repeated", "有重大修改：须再次征求意见")


def _is_major(consultation: ConsultationFacts | None) -> bool:
    return consultation is not None and consultation.is_major


GUARDS: Mapping[str, Guard] = MappingProxyType(
    {
        "draft-frozen": draft_frozen,
        "window-long-enough": window_long_enough,
        "window-over": window_over,
        "comments-disposed": comments_disposed,
        "no-major-change": no_major_change,
    }
)
