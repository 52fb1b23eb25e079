from __future__ import annotations

from dataclasses import replace

import pytest

from fhir_kernel.store.criteria import All, Chain, Has, Match, Not, Query, Some, TokenTest
from fhir_server.identity.scopes import parse_scopes
from fhir_server.identity.search_reach import check_reach, types_within
from fhir_server.outcomes import RequestRefused

CODE = Match("code", (TokenTest(None, "1"),))


def test_every_type_that_a_search_looks_at_is_found():
    nested = Has("Provenance", "target", Chain("agent", ("Practitioner", "Organization"), CODE))
    criterion = All((CODE, Not(Some((Chain("subject", ("Patient",), nested),)))))
    assert set(types_within(criterion)) == {"Patient", "Provenance", "Practitioner", "Organization"}


@pytest.mark.parametrize("criterion", [Chain("subject", ("Patient",), CODE), Not(Has("Patient", "link", CODE))])
def test_whoever_may_not_search_a_type_learns_nothing_of_it(service, criterion):
    caller = service.caller(service.token())
    query = Query(("Observation",), criterion)
    check_reach(replace(caller, scopes=parse_scopes("system/*.s")[0]), query)
    check_reach(replace(caller, scopes=parse_scopes("system/Observation.s system/Patient.s")[0]), query)
    with pytest.raises(RequestRefused, match=r"expected system/Patient\.s"):
        check_reach(replace(caller, scopes=parse_scopes("system/Observation.s system/Patient.r")[0]), query)
