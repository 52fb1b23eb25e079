"""The catalogue of standards."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.api.desks.standards import StandardsDesk
from registry.api.shapes import standards as shapes
from registry.api.shapes.common import CHANGES
from registry.http.route import Route
from registry.sentence import Sentence

_route = partial(Route, group="standards")

ROUTES: Sequence[Route] = (
    _route(
        method="GET",
        path="standards",
        operation="searchStandards",
        summary=Sentence("The catalogue, a page at a time", "标准目录（分页）"),
        query=shapes.SEARCH,
        gives=shapes.CATALOGUE,
        handler=StandardsDesk.search,
    ),
    _route(
        method="GET",
        path="standards/{id}",
        operation="readStandard",
        summary=Sentence("A standard with its editions", "标准及其各版本"),
        gives=shapes.STANDARD_SHOWN,
        handler=StandardsDesk.standard,
    ),
    _route(
        method="PATCH",
        path="standards/{id}",
        operation="changeStandard",
        summary=Sentence("Change what is said of a standard", "修改标准信息"),
        takes=shapes.STANDARD_CHANGE,
        gives=shapes.STANDARD,
        access="person",
        handler=StandardsDesk.change,
    ),
    _route(
        method="GET",
        path="standards/{id}/changes",
        operation="listStandardChanges",
        summary=Sentence("Who changed what is said of a standard", "标准信息修改记录"),
        gives=CHANGES,
        access="person",
        handler=StandardsDesk.changes,
    ),
    _route(
        method="GET",
        path="numbers/{number:path}",
        operation="findNumber",
        summary=Sentence("What has a number, such as WS/T 788-2021", "按编号查找标准"),
        gives=shapes.FOUND_NUMBER,
        handler=StandardsDesk.number,
    ),
    _route(
        method="PUT",
        path="editions/{standard}/{edition}/relations",
        operation="setRelations",
        summary=Sentence("Say how an edition stands to others", "填写标准间关系"),
        takes=shapes.NEW_RELATIONS,
        gives=shapes.EDITION,
        access="person",
        handler=StandardsDesk.relate,
    ),
)
