"""Who may see what: whose office it is sees all, an institution sees its own, a vendor its products."""

from __future__ import annotations

from fhir_kernel.store.base import Reader
from fhir_server.identity.organisations import ORGANISATIONS, organisation_of
from registry.people.caller import Caller
from registry.people.refusals import NotLoggedIn
from registry.people.roles import ADMINISTRATOR, AUTHORITY
from registry.refusal import Refused
from registry.sentence import Sentence

OFFICES = ("E", "M", ADMINISTRATOR, AUTHORITY)
"""The roles that see scores, each for the institutions of its jurisdiction; of the nation or everything, all."""
_SEEING_ALL = Sentence("seeing the scores of everybody", "查看全部机构的评分")
_SEEING = Sentence(
    "this needs the role E, M, administrator or authority for the jurisdiction of the institution, or somebody who "
    "belongs to it",
    "此操作需要该机构所在行政区划的 E、M、系统管理员或特批负责人角色，或为该机构人员",
)


def sees_all(caller: Caller) -> bool:
    """Whether somebody may see the scores of all institutions."""
    return bool(caller.roles(jurisdiction="") & set(OFFICES))


def may_see(caller: Caller, institution: str, jurisdiction: str = "") -> bool:
    """Whether somebody may see the score of an institution, which belongs to a jurisdiction."""
    if caller.person is None:
        return False
    held = caller.roles(jurisdiction=jurisdiction or None) & set(OFFICES)
    return bool(held) or sees_all(caller) or caller.person.organisation == institution


def require_seeing(caller: Caller, institution: str, jurisdiction: str = "") -> None:
    """Raises NotLoggedIn, or Refused (forbidden)."""
    if not may_see(caller, institution, jurisdiction):
        raise NotLoggedIn(_SEEING) if caller.person is None else Refused("forbidden", (_SEEING,))


def require_all(caller: Caller) -> None:
    """Raises NotLoggedIn, or Refused (forbidden)."""
    caller.require(_SEEING_ALL, *OFFICES, jurisdiction="")


def is_vendor_of(caller: Caller, vendor: str) -> bool:
    """Whether somebody belongs to the vendor of a product."""
    return caller.person is not None and vendor != "" and caller.person.organisation == vendor


async def jurisdiction_of(reader: Reader, institution: str) -> str:
    """Where an institution belongs; empty where it is not registered."""
    kept = await reader.load(ORGANISATIONS, institution)
    return "" if kept is None else organisation_of(institution, kept).jurisdiction
