"""What the routes of evaluation take and give, as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from registry.api.shapes.deriving import MOST, shape_of
from registry.evaluation.reviews import Review
from registry.evaluation.triggers import CAUSES
from registry.evaluation.use import Use
from registry.http.shapes import Choice, Plain, Text, Whole
from registry.http.structures import Many, Thing
from registry.model.artefact import FiledDocument
from registry.model.matter import Matter

_DAYS = Whole(1, 3_660, about="How many days back from today; a year, without")
_LEAST = Whole(1, 100, about="The percentage of records that have to keep each rule")
REVIEWS = Thing("Reviews", {"reviews": Many(shape_of(Review), most=MOST), "total": Whole()})
REVIEWS_QUERY: Mapping[str, Plain] = {
    "within": Whole(0, 3_660, about="Days within which a review is due; as early as it may begin, without"),
    "start": Whole(),
    "count": Whole(1, 500),
}
WINDOW: Mapping[str, Plain] = {"days": _DAYS}
USE, DOCUMENT, MATTER = shape_of(Use), shape_of(FiledDocument), shape_of(Matter)
REPORTING = Thing("NewImplementationReport", {}, {"days": _DAYS})
REPORTED = Thing("ImplementationReport", {"documents": Many(DOCUMENT), "use": USE})
TRIGGER = Thing("NewTrigger", {"cause": Choice(CAUSES), "text": Text(4_000, least=1, lines=True)})
CHECK = Thing("EvaluationCheck", {"least": _LEAST}, {"days": _DAYS})
CHECKED = Thing("EvaluationChecked", {"use": USE, "below": Many(Text(4_000))}, {"trigger": MATTER})
