"""The ways of an appeal and of an order to mend, as tables: which step leads where, and whose it is.

States are codes of https://hl7.org/fhir/R4/valueset-task-status.html, so that each case is a Task as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from registry.sentence import Sentence

Side = Literal["institution", "authority", "traffic"]
"""Who takes a step: a person of the institution, a role E or M of nobody concerned, or new traffic by itself."""
OPEN = ("requested", "received", "in-progress")
STATES: Mapping[str, Sentence] = MappingProxyType(
    {
        "": Sentence("not begun", "未开始"),
        "requested": Sentence("requested", "已提出"),
        "received": Sentence("received", "已受理"),
        "in-progress": Sentence("in progress", "办理中"),
        "completed": Sentence("completed", "已办结"),
        "rejected": Sentence("rejected", "不予支持"),
        "cancelled": Sentence("cancelled", "已撤销"),
    }
)


@dataclass(frozen=True, slots=True)
class Step:
    """One action, possible in `sources`."""

    action: str
    name: Sentence
    sources: tuple[str, ...]
    target: str
    side: Side
    outcome: str = ""
    """What becomes of an appeal by it."""
    needs_reason: bool = True


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A kind of case: where it is kept, and the steps that it can take."""

    code: str
    name: Sentence
    collection: str
    steps: Sequence[Step]

    @property
    def events(self) -> str:
        """The collection of its events, `id/000001`."""
        return f"{self.collection}-event"

    def step(self, action: str) -> Step:
        """The step of an action; there is one."""
        return next(each for each in self.steps if each.action == action)


def _step(action: str, en: str, zh: str, source: Sequence[str], target: str, side: Side, outcome: str = "") -> Step:
    return Step(action, Sentence(en, zh), tuple(source), target, side, outcome, action not in _WITHOUT_REASON)


_WITHOUT_REASON = ("receive", "examine", "acknowledge", "close")
APPEAL = Lifecycle(
    "appeal",
    Sentence("appeal", "申诉"),
    "score-appeal",
    (
        _step("file", "filing an appeal", "提出申诉", ("",), "requested", "institution"),
        _step("receive", "acknowledging an appeal", "受理申诉", ("requested",), "received", "authority"),
        _step("examine", "examining an appeal", "审查申诉", ("received",), "in-progress", "authority"),
        _step("uphold", "upholding an appeal", "支持申诉", ("in-progress",), "completed", "authority", "upheld"),
        _step(
            "uphold-partly",
            "upholding an appeal in part",
            "部分支持申诉",
            ("in-progress",),
            "completed",
            "authority",
            "partly",
        ),
        _step("reject", "rejecting an appeal", "驳回申诉", ("in-progress",), "rejected", "authority", "rejected"),
        _step("withdraw", "withdrawing an appeal", "撤回申诉", OPEN, "cancelled", "institution", "withdrawn"),
    ),
)
ORDER = Lifecycle(
    "rectification-order",
    Sentence("rectification order", "整改通知"),
    "score-order",
    (
        _step("issue", "issuing a rectification order", "下达整改通知", ("",), "requested", "authority"),
        _step(
            "acknowledge",
            "acknowledging a rectification order",
            "签收整改通知",
            ("requested",),
            "received",
            "institution",
        ),
        _step(
            "report",
            "reporting that it is mended",
            "提交整改报告",
            ("received", "in-progress"),
            "in-progress",
            "institution",
        ),
        _step("close", "closing a rectification order", "整改通知销号", OPEN, "completed", "traffic"),
        _step("cancel", "cancelling a rectification order", "撤销整改通知", OPEN, "cancelled", "authority"),
    ),
)
