from __future__ import annotations

import pytest

from fhir_kernel.errors import SnapshotError
from fhir_kernel.resource import Resource
from tests.fhir_kernel.definitions.snapshot.conftest import Snapshot, by, by_type, element, profile

_BIRTH_TIME = "http://hl7.org/fhir/StructureDefinition/patient-birthTime"
_CITIZENSHIP = "http://hl7.org/fhir/StructureDefinition/patient-citizenship"


def _extension(url: str) -> list[Resource]:
    return [{"code": "Extension", "profile": [url]}]


def test_slices_stand_behind_the_sliced_element_with_its_children(snapshot: Snapshot) -> None:
    rows = snapshot(
        profile(
            element("Observation.component", slicing=by("code", "pattern"), min=2),
            element("Observation.component", sliceName="systolic", min=1, max="1"),
            element("Observation.component.code", patternCodeableConcept={"text": "s"}),
            element("Observation.component", sliceName="diastolic", max="1"),
        )
    )
    ids = [i for i in rows if i.startswith("Observation.component") and i.count(".") == 1]
    assert ids == ["Observation.component", "Observation.component:systolic", "Observation.component:diastolic"]
    assert rows["Observation.component"]["slicing"]["rules"] == "open"
    assert "slicing" not in rows["Observation.component:systolic"]
    assert [rows[i]["min"] for i in ids] == [2, 1, 0]
    assert "patternCodeableConcept" in rows["Observation.component:systolic.code"]
    assert "patternCodeableConcept" not in rows["Observation.component:diastolic.code"]


def test_a_profile_adds_to_the_slices_of_its_base_and_constrains_them(snapshot: Snapshot) -> None:
    parent = profile(
        element("Patient.identifier", slicing=by("system")),
        element("Patient.identifier", sliceName="mrn", min=1),
        element("Patient.identifier.system", fixedUri="urn:mrn"),
        url="http://example.org/parent",
    )
    rows = snapshot(
        profile(
            element("Patient.identifier", sliceName="mrn", max="1"),
            element("Patient.identifier.value", min=1),
            element("Patient.identifier", sliceName="passport"),
            baseDefinition="http://example.org/parent",
        ),
        parent,
    )
    assert (rows["Patient.identifier:mrn"]["min"], rows["Patient.identifier:mrn"]["max"]) == (1, "1")
    assert rows["Patient.identifier:mrn.system"]["fixedUri"] == "urn:mrn"
    assert rows["Patient.identifier:mrn.value"]["min"] == 1
    assert rows["Patient.identifier:passport"]["min"] == 0


def test_children_of_a_slice_of_the_base_may_be_told_by_their_ids_alone(snapshot: Snapshot) -> None:
    parent = profile(
        element("Patient.identifier", slicing=by("system")),
        element("Patient.identifier", sliceName="mrn"),
        element("Patient.identifier", sliceName="passport"),
        url="http://example.org/parent",
    )
    said = element("Patient.identifier.value", id="Patient.identifier:passport.value", min=1)
    rows = snapshot(profile(said, baseDefinition="http://example.org/parent"), parent)
    assert rows["Patient.identifier:passport.value"]["min"] == 1
    assert "Patient.identifier:mrn.value" not in rows


def test_a_slice_may_be_sliced_again(snapshot: Snapshot) -> None:
    rows = snapshot(
        profile(
            element("Patient.identifier", slicing=by("system")),
            element("Patient.identifier", sliceName="card", max="3", slicing=by("use")),
            element("Patient.identifier.system", fixedUri="urn:card"),
            element("Patient.identifier", sliceName="card/old", max="1"),
            element("Patient.identifier.use", fixedCode="old"),
        )
    )
    assert rows["Patient.identifier:card"]["slicing"]["discriminator"][0]["path"] == "use"
    again = rows["Patient.identifier:card/old"]
    assert (again["sliceName"], again["min"], again["max"]) == ("card/old", 0, "1")
    assert rows["Patient.identifier:card/old.system"]["fixedUri"] == "urn:card"
    assert rows["Patient.identifier:card/old.use"]["fixedCode"] == "old"


def test_extensions_are_sliced_by_url_without_saying_so(snapshot: Snapshot) -> None:
    rows = snapshot(profile(element("Patient.extension", sliceName="born", type=_extension(_BIRTH_TIME))))
    assert rows["Patient.extension"]["slicing"]["discriminator"] == [{"type": "value", "path": "url"}]
    assert (rows["Patient.extension:born"]["min"], rows["Patient.extension:born"]["max"]) == (0, "1")


def test_an_extension_is_walked_into_as_its_definition_has_it(snapshot: Snapshot) -> None:
    rows = snapshot(
        profile(
            element("Patient.extension", sliceName="citizen", type=_extension(_CITIZENSHIP)),
            element("Patient.extension.extension", sliceName="period", max="0"),
        )
    )
    assert rows["Patient.extension:citizen.url"]["fixedUri"] == _CITIZENSHIP
    assert rows["Patient.extension:citizen.extension:code.value[x]"]["type"] == [{"code": "CodeableConcept"}]
    assert rows["Patient.extension:citizen.extension:period"]["max"] == "0"


def test_an_extension_that_nobody_knows_is_kept_as_a_plain_one(snapshot: Snapshot) -> None:
    rows = snapshot(profile(element("Patient.extension", sliceName="x", type=_extension("http://example.org/x"))))
    assert rows["Patient.extension:x"]["type"] == _extension("http://example.org/x")


def test_a_name_with_a_type_slices_a_choice(snapshot: Snapshot) -> None:
    rows = snapshot(profile(element("Observation.valueQuantity"), element("Observation.valueQuantity.code", min=1)))
    assert rows["Observation.value[x]"]["slicing"] == by_type(ordered=False)
    assert rows["Observation.value[x]:valueQuantity"]["type"] == [{"code": "Quantity"}]
    assert rows["Observation.value[x]:valueQuantity"]["path"] == "Observation.value[x]"
    assert rows["Observation.value[x]:valueQuantity.code"]["min"] == 1


def test_a_mandatory_type_slice_leaves_no_other_type(snapshot: Snapshot) -> None:
    rows = snapshot(
        profile(
            element("Observation.value[x]", slicing=by_type()),
            element("Observation.value[x]", sliceName="valueQuantity", type=[{"code": "Quantity"}], min=1),
        )
    )
    assert rows["Observation.value[x]"]["type"] == [{"code": "Quantity"}]
    assert rows["Observation.value[x]"]["min"] == 1
    assert rows["Observation.value[x]"]["slicing"]["rules"] == "closed"


def test_choices_inside_a_slice_have_slices_of_their_own(snapshot: Snapshot) -> None:
    rows = snapshot(
        profile(
            element("Observation.component", slicing=by("code", "pattern")),
            element("Observation.component", sliceName="systolic"),
            element("Observation.component.value[x]", slicing=by_type()),
            element("Observation.component.value[x]", sliceName="valueQuantity", type=[{"code": "Quantity"}]),
            element("Observation.component.value[x].unit", min=1),
        )
    )
    assert rows["Observation.component:systolic.value[x]:valueQuantity.unit"]["min"] == 1
    assert "slicing" not in rows["Observation.component.value[x]"]


def test_a_wrong_name_of_a_type_slice_is_put_right_or_refused(snapshot: Snapshot) -> None:
    said = profile(
        element("Observation.value[x]", slicing=by_type()),
        element("Observation.value[x]", sliceName="amount", type=[{"code": "Quantity"}]),
    )
    assert "Observation.value[x]:valueQuantity" in snapshot(said)
    with pytest.raises(SnapshotError, match="valueQuantity"):
        snapshot(said, repair=False)


def test_slices_of_the_base_keep_their_order_or_are_refused(snapshot: Snapshot) -> None:
    parent = profile(
        element("Patient.identifier", slicing=by("system")),
        element("Patient.identifier", sliceName="a"),
        element("Patient.identifier", sliceName="b"),
        url="http://example.org/parent",
    )
    child = profile(
        element("Patient.identifier", sliceName="b", min=1),
        element("Patient.identifier", sliceName="a", min=1),
        baseDefinition="http://example.org/parent",
    )
    rows = snapshot(child, parent)
    assert [i for i in rows if i.startswith("Patient.identifier:")] == ["Patient.identifier:a", "Patient.identifier:b"]
    with pytest.raises(SnapshotError, match="another order"):
        snapshot(child, parent, repair=False)


def test_a_new_slice_has_the_inline_children_of_the_sliced_element(snapshot: Snapshot) -> None:
    parent = profile(
        element("Observation.component", slicing=by("code", "pattern")),
        element("Observation.component", sliceName="a"),
        url="http://example.org/parent",
    )
    said = element("Observation.component", sliceName="b", max="1")
    rows = snapshot(profile(said, baseDefinition="http://example.org/parent"), parent)
    assert rows["Observation.component:b.code"]["min"] == 1


def test_a_closed_slicing_takes_no_new_slice(snapshot: Snapshot) -> None:
    parent = profile(
        element("Patient.identifier", slicing=by("system", rules="closed")),
        element("Patient.identifier", sliceName="mrn"),
        url="http://example.org/parent",
    )
    with pytest.raises(SnapshotError, match="closed"):
        snapshot(
            profile(element("Patient.identifier", sliceName="x"), baseDefinition="http://example.org/parent"), parent
        )


@pytest.mark.parametrize(
    "said",
    [
        (element("Patient.identifier", sliceName="a"), element("Patient.identifier", sliceName="b")),
        (element("Patient.birthDate", slicing=by("$this")), element("Patient.birthDate", sliceName="a")),
        (element("Patient.identifier", slicing=by("use")), element("Patient.identifier", min=1)),
        (
            element("Patient.deceased[x]", slicing=by("$this", "value")),
            element("Patient.deceased[x]", sliceName="deceasedBoolean"),
        ),
    ],
)
def test_slices_need_a_slicing_that_the_element_can_have(
    snapshot: Snapshot, said: tuple[dict[str, object], ...]
) -> None:
    with pytest.raises(SnapshotError):
        snapshot(profile(*said))
