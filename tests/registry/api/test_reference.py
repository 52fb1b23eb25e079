from __future__ import annotations

from collections import Counter

from openapi_spec_validator import validate

from registry.http.openapi import document
from tests.registry.api.reference import PAGE, TABLES, written

EVERY = [each for table in TABLES.values() for each in table]


def test_the_whole_api_keeps_to_openapi():
    described = document(EVERY, "Plumbline", "1")
    validate(described)
    assert sum(len(each) for each in described["paths"].values()) == len(EVERY)


def test_no_two_routes_are_called_the_same_or_stand_at_one_place():
    assert not [each for each, count in Counter(each.operation for each in EVERY).items() if count > 1]
    assert not [each for each, count in Counter((each.method, each.path) for each in EVERY).items() if count > 1]


def test_a_name_of_a_shape_means_one_shape():
    together = document(EVERY, "Plumbline", "1")["components"]["schemas"]
    for route in EVERY:
        alone = document([route], "Plumbline", "1")["components"]["schemas"]
        assert {name: together[name] for name in alone} == alone, route.operation


def test_the_reference_has_every_route():
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page), "write it anew: python -m tests.registry.api.reference"
