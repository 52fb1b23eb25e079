from __future__ import annotations

import orjson

from fhir_server.search.explain import explain, explain_text
from tests.fhir_server.search.world import parsed


def test_a_query_is_shown_as_it_was_understood():
    asked = parsed(
        "subject:Patient.name=Eve&value-quantity=gt5||mg&_sort=-date&_include=Observation:subject", "Observation"
    )
    shown = explain(asked)
    assert orjson.loads(orjson.dumps(shown)) == shown
    chain, quantity = shown["query"]["criterion"]["parts"]
    assert (chain["is"], chain["types"], chain["criterion"]["tests"][0]["text"]) == ("Chain", ["Patient"], "eve")
    assert quantity["tests"][0]["number"]["value"] == "5"
    text = explain_text(asked)
    assert "Chain parameter=subject" in text
    assert "SortKey parameter=date descending=True" in text
