from __future__ import annotations

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.definitions.snapshot import sort_differential
from tests.fhir_kernel.definitions.snapshot.conftest import by, element, profile


def test_elements_go_where_the_base_has_them_and_slices_keep_their_order(core: Catalog) -> None:
    structure = profile(
        element("Patient"),
        element("Patient.name.given", min=1),
        element("Patient.identifier", slicing=by("system")),
        element("Patient.identifier", sliceName="b"),
        element("Patient.identifier.value", min=1),
        element("Patient.identifier.system", min=1),
        element("Patient.identifier", sliceName="a"),
        element("Patient.name.use", min=1),
    )
    rows = sort_differential(structure, core)["differential"]["element"]
    assert [row.get("sliceName") or row["path"] for row in rows] == [
        "Patient",
        "Patient.identifier",
        "b",
        "Patient.identifier.system",
        "Patient.identifier.value",
        "a",
        "Patient.name.use",
        "Patient.name.given",
    ]


def test_children_reached_by_a_content_reference_are_ordered_too(core: Catalog) -> None:
    structure = profile(
        element("Questionnaire.item.item.type", min=1), element("Questionnaire.item.item.linkId", min=1)
    )
    rows = sort_differential(structure, core)["differential"]["element"]
    assert [row["path"].rpartition(".")[2] for row in rows] == ["linkId", "type"]
