"""Projects: where they stand, what can be done next, and doing it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.api.desks.projects import ProjectsDesk
from registry.api.shapes import projects as shapes
from registry.api.shapes.common import CHANGES
from registry.http.route import Route
from registry.sentence import Sentence

_route = partial(Route, group="projects")

ROUTES: Sequence[Route] = (
    _route(
        method="GET",
        path="projects",
        operation="listProjects",
        summary=Sentence("Projects, a page at a time", "项目列表（分页）"),
        query=shapes.PAGING,
        gives=shapes.PAGE,
        handler=ProjectsDesk.projects,
    ),
    _route(
        method="GET",
        path="projects/{id}",
        operation="readProject",
        summary=Sentence("Where a project stands, and what can be done next", "项目状态与下一步操作"),
        gives=shapes.SHOWN,
        handler=ProjectsDesk.project,
    ),
    _route(
        method="PATCH",
        path="projects/{id}",
        operation="changeProject",
        summary=Sentence("Fill in what a project needs", "填写项目信息"),
        takes=shapes.CHANGE,
        gives=shapes.PROJECT,
        access="person",
        handler=ProjectsDesk.change,
    ),
    _route(
        method="GET",
        path="projects/{id}/changes",
        operation="listProjectChanges",
        summary=Sentence("Who changed what of a project", "项目信息修改记录"),
        gives=CHANGES,
        access="person",
        handler=ProjectsDesk.changes,
    ),
    _route(
        method="GET",
        path="projects/{id}/events",
        operation="listEvents",
        summary=Sentence("All that was done, the oldest first", "项目过程记录"),
        query=shapes.EVENT_PAGING,
        gives=shapes.EVENTS,
        handler=ProjectsDesk.events,
    ),
    _route(
        method="POST",
        path="projects/{id}/actions",
        operation="takeAction",
        summary=Sentence("Do what the rules allow next", "执行下一步操作"),
        takes=shapes.ACTION,
        gives=shapes.EVENT,
        status=201,
        handler=ProjectsDesk.act,
    ),
)
