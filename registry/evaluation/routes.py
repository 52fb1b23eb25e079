"""The routes below /api by which reviews are planned and evidence of use is seen and filed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.api.kit import Kit
from registry.evaluation import shapes
from registry.evaluation.desk import EvaluationDesk
from registry.http.route import Route, answered_by
from registry.sentence import Sentence

_route = partial(Route, group="evaluation")


def evaluation_routes(kit: Kit) -> list[Route]:
    """The routes, answered for this store."""
    return answered_by(ROUTES, EvaluationDesk(kit))


ROUTES: Sequence[Route] = (
    _route(
        method="GET",
        path="reviews",
        operation="listReviews",
        summary=Sentence("Which standards are to be reviewed, the most urgent first", "待复审标准（按期限排序）"),
        query=shapes.REVIEWS_QUERY,
        gives=shapes.REVIEWS,
        handler=EvaluationDesk.reviews,
    ),
    _route(
        method="GET",
        path="projects/{id}/use",
        operation="readUse",
        summary=Sentence("Which rules are broken most, where and at how many institutions", "规则实施数据"),
        query=shapes.WINDOW,
        gives=shapes.USE,
        access="person",
        handler=EvaluationDesk.use,
    ),
    _route(
        method="POST",
        path="projects/{id}/implementation-report",
        operation="fileImplementationReport",
        summary=Sentence("File evidence of use with a review or a revision", "将实施情况归入复审或修订项目"),
        takes=shapes.REPORTING,
        gives=shapes.REPORTED,
        status=201,
        access="person",
        handler=EvaluationDesk.report,
    ),
    _route(
        method="POST",
        path="projects/{id}/triggers",
        operation="raiseTrigger",
        summary=Sentence("Say why a standard should be reviewed before it is due", "提出提前复审的原因"),
        takes=shapes.TRIGGER,
        gives=shapes.MATTER,
        status=201,
        rate="propose",
        handler=EvaluationDesk.trigger,
    ),
    _route(
        method="POST",
        path="projects/{id}/evaluation-check",
        operation="checkEvaluation",
        summary=Sentence("Raise a cause for a review where too few records keep a rule", "按阈值评价并提出复审"),
        takes=shapes.CHECK,
        gives=shapes.CHECKED,
        access="person",
        handler=EvaluationDesk.check,
    ),
)
