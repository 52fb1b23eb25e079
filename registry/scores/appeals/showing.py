"""Cases as the API gives them, and who is shown which."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from registry.api.told import told
from registry.http.route import Call
from registry.scores.appeals.case import Case, events_of
from registry.scores.appeals.keeping import Office
from registry.scores.appeals.lifecycle import Lifecycle
from registry.scores.seeing import may_see


def is_listed(case: Case, call: Call, today: date) -> bool:
    """Whether whoever asks may see it, and asks for such a one."""
    query = call.query
    return (
        may_see(call.caller, case.institution, case.jurisdiction)
        and query.get("institution", case.institution) == case.institution
        and query.get("state", case.state) == case.state
        and (not query.get("overdue", False) or bool(case.overdue(today)))
    )


def shown_in_list(case: Case, today: date) -> dict[str, Any]:
    """A case without its events."""
    overdue = [each.document() for each in case.overdue(today)]
    return {**told(case), "overdue": overdue, "task": f"Task/{case.id}"}


async def shown_in_full(office: Office, lifecycle: Lifecycle, case: Case, now: datetime) -> dict[str, Any]:
    """A case with all that happened to it."""
    past = await events_of(office.store, lifecycle, case.id)
    return {**shown_in_list(case, office.today(now)), "events": [each.document() for each in past]}
