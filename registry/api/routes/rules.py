"""The rules of the lifecycle: stages, guards, documents, windows, votes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.api.desks.rules import RulesDesk
from registry.api.shapes import rules as shapes
from registry.http.route import Route
from registry.sentence import Sentence

_route = partial(Route, group="lifecycle-rules")

ROUTES: Sequence[Route] = (
    _route(
        method="GET",
        path="lifecycle-rules",
        operation="listRulesVersions",
        summary=Sentence("Every version that ever held or will hold", "流程规则的全部版本"),
        gives=shapes.VERSIONS,
        handler=RulesDesk.versions,
    ),
    _route(
        method="POST",
        path="lifecycle-rules",
        operation="addRules",
        summary=Sentence("Add a version, which holds from an instant to come", "增加规则版本"),
        takes=shapes.NEW_RULES,
        gives=shapes.RULES,
        status=201,
        access="administrator",
        handler=RulesDesk.add,
    ),
    _route(
        method="POST",
        path="lifecycle-rules/validation",
        operation="validateRules",
        summary=Sentence("What is wrong with a version, before it is added", "校验规则版本"),
        takes=shapes.NEW_RULES,
        gives=shapes.FAULTS,
        access="administrator",
        handler=RulesDesk.validate,
    ),
    _route(
        method="GET",
        path="lifecycle-rules/{id}/{version}",
        operation="readRules",
        summary=Sentence("A version of the rules", "一个规则版本"),
        gives=shapes.RULES,
        handler=RulesDesk.version,
    ),
)
