from __future__ import annotations

import pickle
from datetime import UTC, datetime

from fhir_kernel.store.values import PositionValue, ReferenceValue, TokenValue
from fhir_server.search.index import SearchIndex
from plumbline.generate.population import Population
from plumbline.importing.values import decoder, encoded, encoded_values
from plumbline.wiring import build_catalog


def test_values_come_out_as_they_went_in():
    index, decoded = SearchIndex(build_catalog()), decoder()
    for resource in Population(patients=3, seed=1, as_of=datetime(2025, 1, 1, tzinfo=UTC)).resources():
        values = index.values(resource)
        travelled = pickle.loads(pickle.dumps(encoded_values(values)))
        assert {code: [decoded(each) for each in found] for code, found in travelled.items()} == {
            code: list(found) for code, found in values.items() if found
        }


def test_places_and_logical_references_come_out_too():
    decoded = decoder()
    for value in (PositionValue(39.9, 116.4), ReferenceValue(identifier=TokenValue("a", "b", "c", "d"))):
        assert decoded(encoded(value)) == value
