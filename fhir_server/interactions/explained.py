"""What the server understood of a search, for operators: the parameter `_explain` in place of a page.

FHIR leaves this to servers (https://hl7.org/fhir/R4/search.html#3.1.1.1). Nothing of any record is told.
"""

from __future__ import annotations

import json
from decimal import Decimal
from time import perf_counter

from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Store
from fhir_kernel.store.questions import Question
from fhir_server.exchange import Pairs
from fhir_server.outcomes import refused
from fhir_server.search.explain import explain_text
from fhir_server.search.parse import ParsedSearch

EXPLAIN = "_explain"


def is_asked(pairs: Pairs) -> bool:
    """Whether an explanation is asked for. Raises RequestRefused (400) where it is neither asked for nor not."""
    values = {value for name, value in pairs if name == EXPLAIN}
    if not values <= {"true", "false"} or len(values) > 1:
        raise refused("value", f"'{EXPLAIN}' is '{', '.join(sorted(values))}'; expected true or false")
    return values == {"true"}


async def explained(parsed: ParsedSearch, store: Store) -> Resource:
    """Parameters: what was `understood`, as an outline, in how many `milliseconds` how many of a page were `found`.

    Each `question` to the database follows with its text, its values where they were sent, and its `plan`.
    """
    began = perf_counter()
    found = await store.search(parsed.query)
    taken = Decimal(f"{(perf_counter() - began) * 1000:.1f}")
    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "understood", "valueString": explain_text(parsed)},
            {"name": "milliseconds", "valueDecimal": taken},
            {"name": "found", "valueInteger": len(found.keys)},
            *[_told(each) for each in await store.explain(parsed.query)],
        ],
    }


def _told(question: Question) -> Resource:
    values = (
        [{"name": "values", "valueString": json.dumps(question.values, ensure_ascii=False)}] if question.values else []
    )
    text, plan = {"name": "text", "valueString": question.text}, "\n".join(question.plan)
    return {"name": "question", "part": [text, *values, {"name": "plan", "valueString": plan}]}
