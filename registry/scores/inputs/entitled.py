"""Who may enter what scores rest on."""

from __future__ import annotations

from fhir_server.identity.organisations import Organisation
from registry.people.caller import Caller
from registry.people.roles import ADMINISTRATOR
from registry.refusal import Refused
from registry.scores.inputs.versions import Attribution
from registry.sentence import Sentence

EVALUATOR, BUSINESS = "E", "M"
ENTERING = (EVALUATOR, BUSINESS, ADMINISTRATOR)
DECIDING = (BUSINESS, ADMINISTRATOR)
_NATION = ""
_ENTERING = Sentence("entering what scores rest on", "录入评分依据")
_DECIDING = Sentence("deciding how scores are made", "决定评分方式")
_OF_OTHERS = Sentence(
    "this needs somebody who does not belong to the institution, whom it concerns",
    "此操作应由不属于该机构的人员办理",
)
_OF_OTHER_CLASS = Sentence(
    "this needs somebody who does not belong to an institution of the class, which the declaration would excuse",
    "此操作应由不属于该类别机构的人员办理",
)
_APPROVING = Sentence("deciding about a declaration", "审批不适用声明")


def may_enter(caller: Caller, its: Organisation) -> bool:
    """Whether somebody may enter volumes, checks and reports of an institution: nobody does of their own."""
    held = caller.roles(jurisdiction=_NATION) | caller.roles(jurisdiction=its.jurisdiction)
    return bool(held & set(ENTERING)) and not _is_of(caller, its)


def require_entering(caller: Caller) -> None:
    """Raises Refused (forbidden), NotLoggedIn of whoever may enter nothing, wherever it be."""
    if not any(each.role in ENTERING and each.holds(caller.now) for each in caller.grants):
        caller.require(_ENTERING, *ENTERING, jurisdiction=_NATION)


def require_entering_of(caller: Caller, its: Organisation | None) -> None:
    """Raises Refused (forbidden), NotLoggedIn of whoever may enter nothing of an institution; None: of one unknown."""
    if its is not None and _is_of(caller, its):
        raise Refused("forbidden", (_OF_OTHERS,))
    if its is None or not may_enter(caller, its):
        caller.require(_ENTERING, *ENTERING, jurisdiction=_NATION if its is None else its.jurisdiction)


def require_declaring(caller: Caller, class_id: str, own: Organisation | None) -> None:
    """Raises Refused (forbidden) of whoever has no such role and belongs to no institution of the class."""
    if own is None or own.classification != class_id:
        require_entering(caller)


def require_deciding(caller: Caller) -> None:
    """Raises Refused (forbidden), NotLoggedIn of whoever may not decide about policies, classes and rules."""
    caller.require(_DECIDING, *DECIDING, jurisdiction=_NATION)


def require_approving(caller: Caller, class_id: str, own: Organisation | None) -> None:
    """Raises Refused (forbidden), NotLoggedIn of whoever may not decide about declarations, or is of the class."""
    caller.require(_APPROVING, BUSINESS, jurisdiction=_NATION)
    if own is not None and own.classification == class_id:
        raise Refused("forbidden", (_OF_OTHER_CLASS,))


def _is_of(caller: Caller, its: Organisation) -> bool:
    return caller.person is not None and caller.person.organisation == its.id


def decision_of(caller: Caller, reason: str) -> Attribution:
    """What is kept of whoever decides something now."""
    return Attribution(caller.known().id, caller.now, reason)
