from __future__ import annotations

import pytest

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.definitions.snapshot import generate
from fhir_kernel.errors import SnapshotError, UnknownDefinition
from tests.fhir_kernel.definitions.snapshot.conftest import Snapshot, element, profile

_EXTENSION = "http://example.org/extension"


def test_a_profile_without_a_differential_has_the_snapshot_of_its_base(core: Catalog) -> None:
    structure = profile(element("Patient"))
    made = generate({**structure, "differential": {"element": []}}, core)
    assert made["snapshot"] == core.structure("Patient")["snapshot"]


def test_what_the_differential_says_is_laid_over_the_base(snapshot: Snapshot) -> None:
    rows = snapshot(profile(element("Patient.birthDate", min=1, mustSupport=True, short="Born")))
    birth_date = rows["Patient.birthDate"]
    assert (birth_date["min"], birth_date["max"], birth_date["short"]) == (1, "1", "Born")
    assert birth_date["mustSupport"] is True
    assert birth_date["base"] == {"path": "Patient.birthDate", "min": 0, "max": "1"}


def test_constraints_add_up_and_name_their_profile(snapshot: Snapshot) -> None:
    rule = {"key": "x-1", "severity": "error", "human": "…", "expression": "true"}
    rows = snapshot(profile(element("Patient", constraint=[rule])))
    constraints = {each["key"]: each for each in rows["Patient"]["constraint"]}
    assert "dom-2" in constraints
    assert constraints["x-1"]["source"] == "http://example.org/p"


def test_a_text_that_begins_with_dots_goes_on_from_the_text_of_the_base(snapshot: Snapshot) -> None:
    rows = snapshot(profile(element("Patient.gender", definition="... as told by the patient.")))
    assert rows["Patient.gender"]["definition"].startswith("Administrative Gender")
    assert rows["Patient.gender"]["definition"].endswith(" as told by the patient.")


def test_a_binding_keeps_the_value_set_when_only_its_strength_changes(snapshot: Snapshot) -> None:
    rows = snapshot(profile(element("Observation.code", binding={"strength": "required"})))
    assert rows["Observation.code"]["binding"]["valueSet"] == "http://hl7.org/fhir/ValueSet/observation-codes"
    assert rows["Observation.code"]["binding"]["strength"] == "required"


def test_a_path_may_walk_into_a_datatype(snapshot: Snapshot) -> None:
    rows = snapshot(profile(element("Patient.name.period.start", min=1)))
    assert rows["Patient.name.period.start"]["min"] == 1
    assert rows["Patient.name.period.start"]["base"]["path"] == "Period.start"
    assert rows["Patient.name.given"]["max"] == "*"
    assert "Patient.contact.name.given" not in rows


def test_a_path_may_walk_into_a_content_reference(snapshot: Snapshot) -> None:
    rows = snapshot(profile(element("Questionnaire.item.item.item.prefix", max="0")))
    assert rows["Questionnaire.item.item.item.prefix"]["max"] == "0"
    assert rows["Questionnaire.item.item"]["type"] == [{"code": "BackboneElement"}]
    assert "contentReference" not in rows["Questionnaire.item.item"]
    assert rows["Questionnaire.item.item.item.item"]["contentReference"] == "#Questionnaire.item"


def test_a_path_may_walk_into_the_resources_of_a_bundle(snapshot: Snapshot) -> None:
    slicing = {"discriminator": [{"type": "profile", "path": "resource"}], "rules": "open"}
    observation = profile(element("Observation.code", short="Which"), url="http://example.org/observation")
    entry_type = [{"code": "Observation", "profile": ["http://example.org/observation"]}]
    bundle = profile(
        element("Bundle.entry", slicing=slicing),
        element("Bundle.entry", sliceName="finding", min=1),
        element("Bundle.entry.resource", min=1, type=entry_type),
        element("Bundle.entry.resource.status", short="How far"),
    )
    rows = snapshot(bundle, observation)
    assert rows["Bundle.entry:finding.resource.status"]["short"] == "How far"
    assert rows["Bundle.entry:finding.resource.code"]["short"] == "Which"


def test_an_element_with_a_profile_is_walked_into_as_that_profile_has_it(snapshot: Snapshot) -> None:
    address = profile(element("Address.city", min=1), url="http://example.org/address", kind="complex-type")
    typed = element("Patient.address", type=[{"code": "Address", "profile": ["http://example.org/address"]}])
    rows = snapshot(profile(typed, element("Patient.address.line", max="1")), address)
    assert rows["Patient.address.city"]["min"] == 1
    assert rows["Patient.address.line"]["max"] == "1"


def test_a_profile_stands_on_a_profile_without_a_snapshot(snapshot: Snapshot) -> None:
    parent = profile(element("Patient.name", min=1), url="http://example.org/parent")
    child = profile(element("Patient.gender", min=1), baseDefinition="http://example.org/parent")
    rows = snapshot(child, parent)
    assert (rows["Patient.name"]["min"], rows["Patient.gender"]["min"]) == (1, 1)


def test_elements_in_any_order_are_put_in_the_order_of_the_base(snapshot: Snapshot) -> None:
    said = (element("Patient.gender", min=1), element("Patient.name", min=1), element("Patient.gender.id", max="0"))
    rows = snapshot(profile(*said))
    ids = list(rows)
    assert ids.index("Patient.name") < ids.index("Patient.gender") < ids.index("Patient.gender.id")
    with pytest.raises(SnapshotError, match="out of order"):
        snapshot(profile(*said), repair=False)


def test_a_logical_model_adds_its_elements_to_those_of_its_base(snapshot: Snapshot) -> None:
    model = profile(
        element("Bed"),
        element("Bed.place", min=1, max="1", type=[{"code": "BackboneElement"}]),
        element("Bed.place.ward", min=1, max="1", type=[{"code": "string"}]),
        url="http://example.org/StructureDefinition/Bed",
        kind="logical",
        derivation="specialization",
        baseDefinition="http://hl7.org/fhir/StructureDefinition/Element",
    )
    rows = snapshot(model)
    assert list(rows)[:4] == ["Bed", "Bed.id", "Bed.extension", "Bed.place"]
    assert {"Bed.place.modifierExtension", "Bed.place.ward"} <= set(rows)
    assert rows["Bed.place.ward"]["base"] == {"path": "Bed.place.ward", "min": 1, "max": "1"}


def test_a_profile_may_have_itself_as_an_extension(snapshot: Snapshot) -> None:
    types = [{"code": "Extension", "profile": [_EXTENSION]}]
    said = element("Extension.extension", sliceName="again", type=types)
    rows = snapshot(profile(said, url=_EXTENSION, kind="complex-type"))
    assert rows["Extension.extension:again"]["type"] == types


@pytest.mark.parametrize(
    ("said", "path"),
    [
        (element("Patient.shoeSize"), "Patient.shoeSize"),
        (element("Patient.name.given.taste"), "Patient.name.given.taste"),
        (element("Patient..name"), "Patient..name"),
        (element("Patient.birthDate", type=[{"code": "Quantity"}]), "Patient.birthDate"),
        (element("Patient.deceasedQuantity"), "Patient.deceasedQuantity"),
        (element("Patient.name", type=[{"code": "HumanName", "profile": ["Address"]}]), "Patient.name"),
        (
            element("Patient.managingOrganization", type=[{"code": "Reference", "targetProfile": ["Patient"]}]),
            "Patient.managingOrganization",
        ),
    ],
)
def test_what_the_base_cannot_have_is_refused_with_its_path(
    snapshot: Snapshot, said: dict[str, object], path: str
) -> None:
    with pytest.raises(SnapshotError) as caught:
        snapshot(profile(element("Patient"), said))
    assert caught.value.path == path
    assert caught.value.url == "http://example.org/p"


@pytest.mark.parametrize(
    "said",
    [
        element("Patient.link.other", min=0),
        element("Patient.birthDate", max="2"),
        element("Patient.gender", binding={"strength": "example"}),
    ],
)
def test_what_widens_the_base_is_refused_or_without_effect(snapshot: Snapshot, said: dict[str, object]) -> None:
    structure = profile(element("Patient"), said)
    with pytest.raises(SnapshotError, match=r"base|required"):
        snapshot(structure, repair=False)
    rows, plain = snapshot(structure), snapshot(profile(element("Patient")))
    compared = [{key: row.get(key) for key in ("min", "max")} for row in rows.values()]
    assert compared == [{key: row.get(key) for key in ("min", "max")} for row in plain.values()]
    assert rows["Patient.gender"]["binding"]["strength"] == "required"


def test_an_unknown_base_is_named(snapshot: Snapshot) -> None:
    with pytest.raises(UnknownDefinition, match=r"http://example\.org/nowhere"):
        snapshot(profile(element("Patient"), baseDefinition="http://example.org/nowhere"))


def test_a_circle_of_bases_is_refused(snapshot: Snapshot) -> None:
    one = profile(element("Patient"), url="http://example.org/1", baseDefinition="http://example.org/2")
    two = profile(element("Patient"), url="http://example.org/2", baseDefinition="http://example.org/1")
    with pytest.raises(SnapshotError):
        snapshot(one, two)
    with pytest.raises(SnapshotError, match="own base"):
        snapshot(profile(element("Patient"), baseDefinition="http://example.org/p"))


def test_a_definition_without_a_derivation_counts_as_a_constraint_of_its_base_or_is_refused(snapshot: Snapshot) -> None:
    structure = profile(element("Patient.gender", min=1))
    del structure["derivation"]
    assert snapshot(structure)["Patient.gender"]["min"] == 1
    with pytest.raises(SnapshotError, match="derivation"):
        snapshot(structure, repair=False)


def test_a_malformed_differential_is_refused(snapshot: Snapshot) -> None:
    for broken in ({"min": "1"}, {"max": "many"}, {"type": "date"}, {"slicing": []}):
        with pytest.raises(SnapshotError):
            snapshot(profile(element("Patient.birthDate", **broken), element("Patient.gender")))


def test_a_constraint_on_another_type_than_its_base_is_refused(snapshot: Snapshot) -> None:
    wrong = profile(element("Patient"), baseDefinition="http://hl7.org/fhir/StructureDefinition/Observation")
    with pytest.raises(SnapshotError, match="Observation"):
        snapshot(wrong)
