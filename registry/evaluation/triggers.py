"""Reasons to review a standard before it is due: another law, a fault that somebody reports, evidence of use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, get_args

from fhir_kernel.clock import NewId
from fhir_kernel.store.base import Transaction
from registry.evaluation.use import Use
from registry.model.matter import Matter
from registry.plain_text import plain_text
from registry.records.filing import matters, raise_matter
from registry.sentence import Sentence

Cause = Literal["law", "fault", "evaluation"]
CAUSES: tuple[Cause, ...] = get_args(Cause)
CAUSE_NAMES: Mapping[Cause, Sentence] = MappingProxyType(
    {
        "law": Sentence("change of law", "法律法规变化"),
        "fault": Sentence("reported fault", "缺陷反馈"),
        "evaluation": Sentence("evaluation below the threshold", "评价低于阈值"),
    }
)
_LONGEST = 4_000


def told(cause: Cause, text: str) -> str:
    """The text of the matter, which names its cause in both languages."""
    name = CAUSE_NAMES[cause]
    return f"{name.zh} ({name.en}): {text}"


async def trigger(
    transaction: Transaction, project: str, cause: Cause, text: str, *, by: str, now: datetime, new_id: NewId
) -> Matter:
    """Raise it; it lets the periodic review begin before it is due. Raises Refused (invalid)."""
    said = plain_text(text, most=_LONGEST, where="text")
    matter = Matter(new_id(), project, "trigger", told(cause, said), now, by)
    await raise_matter(transaction, matter)
    return matter


def below(use: Use, least: Fraction) -> Sequence[str]:
    """What to say of each rule that fewer than `least` of the records keep."""
    return [
        f"{each.profile}: {each.records - each.failed}/{each.records} ({use.first} – {use.last})"
        for each, failing in use.failing
        if 1 - failing < least
    ]


async def trigger_by_evidence(
    transaction: Transaction, project: str, use: Use, least: Fraction, *, by: str, now: datetime, new_id: NewId
) -> Matter | None:
    """Raise one where the evidence is below the threshold and none of this cause is open already."""
    found = below(use, least)
    start = told("evaluation", "")
    if not found or any(each.text.startswith(start) and each.is_open for each in await matters(transaction, project)):
        return None
    said = "; ".join(found)[:_LONGEST]
    return await trigger(transaction, project, "evaluation", said, by=by, now=now, new_id=new_id)
