"""Who may enter what scores rest on."""

from __future__ import annotations

from fhir_server.identity.organisations import Organisation
from registry.people.caller import Caller
from registry.people.roles import ADMINISTRATOR
from registry.scores.inputs.versions import Decision
from registry.sentence import Sentence

EVALUATOR, BUSINESS = "E", "M"
ENTERING = (EVALUATOR, BUSINESS, ADMINISTRATOR)
DECIDING = (BUSINESS, ADMINISTRATOR)
_NATION = ""
_ENTERING = Sentence("entering what scores rest on", "录入评分依据")
_DECIDING = Sentence("deciding how scores are made", "决定评分方式")
_APPROVING = Sentence("deciding about a declaration", "审批不适用声明")


def may_enter(caller: Caller, jurisdiction: str) -> bool:
    """Whether somebody may enter volumes, checks and reports of institutions of a jurisdiction."""
    held = caller.roles(jurisdiction=_NATION) | caller.roles(jurisdiction=jurisdiction)
    return bool(held & set(ENTERING))


def require_entering(caller: Caller) -> None:
    """Raises Refused (forbidden), NotLoggedIn of whoever may enter nothing, wherever it be."""
    if not any(each.role in ENTERING and each.holds(caller.now) for each in caller.grants):
        caller.require(_ENTERING, *ENTERING, jurisdiction=_NATION)


def require_entering_of(caller: Caller, jurisdiction: str) -> None:
    """Raises Refused (forbidden), NotLoggedIn of whoever may enter nothing of institutions of a jurisdiction."""
    if not may_enter(caller, jurisdiction):
        caller.require(_ENTERING, *ENTERING, jurisdiction=jurisdiction)


def require_declaring(caller: Caller, class_id: str, own: Organisation | None) -> None:
    """Raises Refused (forbidden) of whoever has no such role and belongs to no institution of the class."""
    if own is None or own.classification != class_id:
        require_entering(caller)


def require_deciding(caller: Caller) -> None:
    """Raises Refused (forbidden), NotLoggedIn of whoever may not decide about policies, classes and rules."""
    caller.require(_DECIDING, *DECIDING, jurisdiction=_NATION)


def require_approving(caller: Caller) -> None:
    """Raises Refused (forbidden), NotLoggedIn of whoever may not decide about declarations."""
    caller.require(_APPROVING, BUSINESS, jurisdiction=_NATION)


def decision_of(caller: Caller, reason: str) -> Decision:
    """What is kept of whoever decides something now."""
    return Decision(caller.known().id, caller.now, reason)
