from __future__ import annotations

import time
from typing import Any

import pytest

from conformance.validator.reference_forms import reference_form, restful_base, target_type
from conformance.validator.references import Scope, matches, resolve

UUID = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"


@pytest.mark.parametrize(
    ("text", "kind", "type_name"),
    [
        ("Patient/1", "relative", "Patient"),
        ("Patient/1/_history/2", "relative", "Patient"),
        ("http://a.org/fhir/Patient/1", "restful", "Patient"),
        ("#p", "fragment", None),
        ("#", "fragment", None),
        (UUID, "urn", None),
        ("http://a.org/vs|2", "url", None),
        ("Patient?identifier=1", "conditional", "Patient"),
        ("XXX/_history/1", "unusual", None),
        ("", "invalid", None),
        ("ht sdtps://a.org/Patient/1", "invalid", None),
    ],
)
def test_each_form_of_a_reference_is_known(text: str, kind: str, type_name: str | None) -> None:
    assert (reference_form(text).kind, target_type(text)) == (kind, type_name)


def test_version_and_fragment_are_taken_apart() -> None:
    form = reference_form("http://a.org/Patient/1/_history/2#x")
    assert (form.url, form.version, form.fragment) == ("http://a.org/Patient/1", "2", "x")


def test_the_base_of_a_server_is_what_precedes_the_type() -> None:
    assert restful_base("https://a.org/x/fhir/Patient/1") == "https://a.org/x/fhir/"
    assert restful_base(UUID) is None


def resource(resource_id: str, kind: str = "Patient", version: str | None = None, **more: Any) -> dict[str, Any]:
    made = {"resourceType": kind, "id": resource_id, **more}
    return made if version is None else {**made, "meta": {"versionId": version}}


def bundle_scopes(*entries: tuple[str | None, dict[str, Any]], kind: str = "collection") -> list[Scope]:
    """A scope for each resource of a Bundle."""
    rows = [{"resource": r} if url is None else {"fullUrl": url, "resource": r} for url, r in entries]
    whole = {"resourceType": "Bundle", "type": kind, "entry": rows}
    root = Scope(whole, whole, "Bundle")
    return [Scope(r, r, f"Bundle.entry[{at}].resource", root, url) for at, (url, r) in enumerate(entries)]


def path_of(text: str, scope: Scope) -> str | None:
    found = resolve(text, scope)
    return found.path if found else None


def test_a_fragment_means_a_contained_resource() -> None:
    inner = resource("c", "Practitioner")
    outer = resource("p", contained=[{"resourceType": "Practitioner"}, inner])
    scope = Scope(outer, outer, "Patient")
    found = resolve("#c", scope)
    assert found is not None
    assert (found.resource, found.path, found.kind) == (inner, "Patient.contained[1]", "contained")
    assert resolve("#x", scope) is None


def test_within_a_contained_resource_fragments_mean_its_container() -> None:
    outer = resource("p", contained=[resource("c"), resource("d")])
    root = Scope(outer, outer, "Patient")
    scope = Scope(outer["contained"][0], outer, "Patient.contained[0]", root)
    assert path_of("#d", scope) == "Patient.contained[1]"
    found = resolve("#", scope)
    assert found is not None
    assert (found.resource, found.kind) == (outer, "container")


def test_a_relative_reference_counts_from_the_full_url() -> None:
    first, _, _ = bundle_scopes(
        ("http://a.org/Patient/1", resource("1")),
        ("http://b.org/Patient/2", resource("2")),
        ("http://a.org/Patient/2", resource("2")),
    )
    assert path_of("Patient/2", first) == "Bundle.entry[2].resource"
    assert path_of("http://b.org/Patient/2", first) == "Bundle.entry[1].resource"
    assert path_of("Patient/3", first) is None


def test_a_urn_is_found_by_the_full_url() -> None:
    first, _ = bundle_scopes((None, resource("1")), (UUID, resource("2")))
    assert path_of(UUID, first) == "Bundle.entry[1].resource"


def test_under_a_urn_the_id_of_a_relative_reference_names_another_urn() -> None:
    other = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e1"
    first, _ = bundle_scopes((UUID, resource("1")), (other, resource("2")))
    assert path_of("Patient/0c3151bd-1cbf-4d64-b04d-cd9187a4c6e1", first) == "Bundle.entry[1].resource"


def test_a_version_is_matched_with_the_version_of_the_resource() -> None:
    url = "http://a.org/Patient/2"
    first, *_ = bundle_scopes(
        ("http://a.org/Patient/1", resource("1")), (url, resource("2", version="1")), (url, resource("2", version="2"))
    )
    assert path_of("Patient/2/_history/2", first) == "Bundle.entry[2].resource"
    assert path_of(f"{url}/_history/1", first) == "Bundle.entry[1].resource"
    assert path_of(f"{url}/_history/3", first) is None


def test_several_matches_and_near_ones_are_told_apart() -> None:
    url = "http://a.org/Patient/2"
    first, *_ = bundle_scopes(
        ("http://a.org/Patient/1", resource("1")), (url, resource("2")), (url, resource("2")), (UUID, resource("3"))
    )
    (_, ambiguous), (_, near) = next(matches("Patient/2", first)), next(matches("Patient/3", first))
    assert (ambiguous.exact, near.exact, near.near) == ((1, 2), (), (3,))


def test_versions_in_a_history_are_one_match() -> None:
    url = "http://a.org/Patient/2"
    first, *_ = bundle_scopes((url, resource("2", version="2")), (url, resource("2", version="1")), kind="history")
    assert next(matches("Patient/2", first))[1].exact == (0,)


def test_an_inner_bundle_comes_before_the_outer() -> None:
    inner_patient, outer_patient = resource("1"), resource("1", active=True)
    url = "http://a.org/Patient/1"
    inner = {"resourceType": "Bundle", "entry": [{"fullUrl": url, "resource": inner_patient}]}
    outer = {"resourceType": "Bundle", "entry": [{"fullUrl": url, "resource": outer_patient}, {"resource": inner}]}
    outer_scope = Scope(outer, outer, "Bundle")
    inner_scope = Scope(inner, inner, "Bundle.entry[1].resource", outer_scope)
    scope = Scope(inner_patient, inner_patient, "Bundle.entry[1].resource.entry[0].resource", inner_scope, url)
    found = resolve("Patient/1", scope)
    assert found is not None
    assert found.resource is inner_patient


def test_resources_of_the_same_parameters_are_found() -> None:
    one, two = resource("1"), resource("2", "Coverage")
    whole = {"resourceType": "Parameters", "parameter": [{"resource": one}, {"part": [{"resource": two}]}]}
    scope = Scope(one, one, "Parameters.parameter[0].resource", Scope(whole, whole, "Parameters"))
    assert path_of("Coverage/2", scope) == "Parameters.parameter[1].part[0].resource"


def test_the_caller_is_asked_for_what_is_elsewhere() -> None:
    one, target = resource("1"), resource("2")
    scope = Scope(one, one, "Patient", full_url="http://a.org/Patient/1")
    asked: list[str] = []

    def external(url: str) -> dict[str, Any] | None:
        asked.append(url)
        return target if url.startswith("http") else None

    found = resolve("Patient/2", scope, external)
    assert found is not None
    assert (found.resource, found.kind) == (target, "referenced")
    assert asked == ["Patient/2", "http://a.org/Patient/2"]


def test_a_fragment_of_another_resource_means_what_that_contains() -> None:
    inner = resource("c", "Practitioner")
    one = resource("1")
    scope = Scope(one, one, "Patient")
    found = resolve("Patient/2#c", scope, lambda _: resource("2", contained=[inner]))
    assert found is not None
    assert found.resource is inner


def test_a_whole_bundle_counts_a_reference_from_the_resource_that_holds_it() -> None:
    inner = resource("c", "Device")
    device, subject = {"reference": "#c"}, {"reference": "Patient/1"}
    observation = resource("o", "Observation", contained=[inner], device=device, subject=subject)
    first, _ = bundle_scopes(
        ("http://a.org/Observation/o", observation), ("http://a.org/Patient/1", patient := resource("1"))
    )
    assert first.parent is not None
    found = [resolve(each["reference"], first.parent, origin=each) for each in (device, subject)]
    assert [each.resource for each in found if each] == [inner, patient]
    assert resolve("#c", first.parent) is None


def test_a_bundle_is_indexed_once() -> None:
    count = 10_000
    scopes = bundle_scopes(*((f"http://a.org/Patient/{at}", resource(str(at))) for at in range(count)))
    start = time.process_time()
    assert all(resolve(f"Patient/{count - at - 1}", scope) for at, scope in enumerate(scopes))
    assert time.process_time() - start < 3
