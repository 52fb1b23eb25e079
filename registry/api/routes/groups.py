"""The drafting group of a project."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.api.desks.groups import GroupsDesk
from registry.api.shapes import people_at_work as shapes
from registry.api.shapes.common import CHANGES
from registry.http.route import Route
from registry.sentence import Sentence

_route = partial(Route, group="groups")

ROUTES: Sequence[Route] = (
    _route(
        method="GET",
        path="projects/{id}/group",
        operation="readGroup",
        summary=Sentence("The drafting group with its declarations", "起草组及利益声明"),
        gives=shapes.GROUP,
        access="person",
        handler=GroupsDesk.group,
    ),
    _route(
        method="PUT",
        path="projects/{id}/group",
        operation="saveGroup",
        summary=Sentence("Form the drafting group, or change it; whoever leaves gets an end", "组建或调整起草组"),
        takes=shapes.NEW_GROUP,
        gives=shapes.GROUP,
        access="person",
        handler=GroupsDesk.save,
    ),
    _route(
        method="GET",
        path="projects/{id}/group/changes",
        operation="listGroupChanges",
        summary=Sentence("Who changed what of the drafting group", "起草组变更记录"),
        gives=CHANGES,
        access="person",
        handler=GroupsDesk.changes,
    ),
    _route(
        method="PUT",
        path="projects/{id}/group/declaration",
        operation="declareInterests",
        summary=Sentence("Declare my interests as a drafter", "声明本人利益关系"),
        takes=shapes.DECLARATION,
        gives=shapes.GROUP,
        access="person",
        handler=GroupsDesk.declare,
    ),
)
