"""The route below /api by which anybody tries records against the published standards."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fhir_kernel.definitions.model import Model
from registry.api.kit import Kit
from registry.http.route import Route, answered_by
from registry.scores.practice import shapes
from registry.scores.practice.desk import PracticeDesk
from registry.scores.practice.judging import PracticeJudge
from registry.sentence import Sentence


def practice_routes(kit: Kit, judge: Callable[[], PracticeJudge], model: Model) -> list[Route]:
    """The route; `judge` gives who judges writes by the standards of the store now, over the types of `model`."""
    return answered_by(ROUTES, PracticeDesk(kit, judge, model))


ROUTES: Sequence[Route] = (
    Route(
        method="POST",
        path="practice",
        operation="practise",
        summary=Sentence(
            "Try records against the published standards: unscored, nothing is kept", "练习：不评分、不保存"
        ),
        takes=shapes.RECORDS,
        gives=shapes.REPORT,
        query=shapes.LANGUAGE,
        rate="practice",
        group="practice",
        handler=PracticeDesk.practise,
    ),
)
