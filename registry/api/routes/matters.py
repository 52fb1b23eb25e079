"""Matters that have to be answered: objections, findings, causes of a review."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.api.desks.matters import MattersDesk
from registry.api.shapes import people_at_work as shapes
from registry.http.route import Route
from registry.sentence import Sentence

_route = partial(Route, group="matters")

ROUTES: Sequence[Route] = (
    _route(
        method="GET",
        path="projects/{id}/matters",
        operation="listMatters",
        summary=Sentence("What was raised about a project", "项目的异议、问题与复审原因"),
        gives=shapes.MATTERS,
        handler=MattersDesk.matters,
    ),
    _route(
        method="POST",
        path="projects/{id}/matters",
        operation="raiseMatter",
        summary=Sentence("Object to a public notice; reviewers raise findings", "提出异议或审核问题"),
        takes=shapes.NEW_MATTER,
        gives=shapes.MATTER_SHOWN,
        status=201,
        rate="comment",
        handler=MattersDesk.add,
    ),
    _route(
        method="PUT",
        path="projects/{id}/matters/{matter}/answer",
        operation="answerMatter",
        summary=Sentence("Answer a matter, once", "答复事项"),
        takes=shapes.ANSWER,
        gives=shapes.MATTER_SHOWN,
        access="person",
        handler=MattersDesk.answer,
    ),
)
