"""Committees and annual plans."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.api.desks.offices import OfficesDesk
from registry.api.shapes import people_at_work as shapes
from registry.api.shapes.common import CHANGES
from registry.http.route import Route
from registry.sentence import Sentence

_route = partial(Route, group="offices")

ROUTES: Sequence[Route] = (
    _route(
        method="GET",
        path="committees",
        operation="listCommittees",
        summary=Sentence("Committees, a page at a time", "标委会列表（分页）"),
        query=shapes.PAGING,
        gives=shapes.COMMITTEES,
        handler=OfficesDesk.committees,
    ),
    _route(
        method="POST",
        path="committees",
        operation="foundCommittee",
        summary=Sentence("Found a committee", "设立标委会"),
        takes=shapes.NEW_COMMITTEE,
        gives=shapes.COMMITTEE,
        status=201,
        access="person",
        handler=OfficesDesk.found,
    ),
    _route(
        method="GET",
        path="committees/{id}",
        operation="readCommittee",
        summary=Sentence("A committee with its members", "标委会及委员"),
        gives=shapes.COMMITTEE,
        handler=OfficesDesk.committee,
    ),
    _route(
        method="PATCH",
        path="committees/{id}",
        operation="changeCommittee",
        summary=Sentence("Change a committee; whoever leaves gets an end", "调整标委会"),
        takes=shapes.COMMITTEE_CHANGE,
        gives=shapes.COMMITTEE,
        access="person",
        handler=OfficesDesk.change_committee,
    ),
    _route(
        method="GET",
        path="committees/{id}/changes",
        operation="listCommitteeChanges",
        summary=Sentence("Who changed what of a committee", "标委会变更记录"),
        gives=CHANGES,
        access="person",
        handler=OfficesDesk.committee_changes,
    ),
    _route(
        method="GET",
        path="plans",
        operation="listPlans",
        summary=Sentence("Annual plans, a page at a time", "年度计划列表（分页）"),
        query=shapes.PAGING,
        gives=shapes.PLANS,
        handler=OfficesDesk.plans,
    ),
    _route(
        method="POST",
        path="plans",
        operation="makePlan",
        summary=Sentence("Make an annual plan", "编制年度计划"),
        takes=shapes.NEW_PLAN,
        gives=shapes.PLAN,
        status=201,
        access="person",
        handler=OfficesDesk.make_plan,
    ),
    _route(
        method="GET",
        path="plans/{id}",
        operation="readPlan",
        summary=Sentence("An annual plan", "年度计划"),
        gives=shapes.PLAN,
        handler=OfficesDesk.plan,
    ),
    _route(
        method="PATCH",
        path="plans/{id}",
        operation="changePlan",
        summary=Sentence("Change a plan, or decree it, after which it stays", "修改或下达年度计划"),
        takes=shapes.PLAN_CHANGE,
        gives=shapes.PLAN,
        access="person",
        handler=OfficesDesk.change_plan,
    ),
)
