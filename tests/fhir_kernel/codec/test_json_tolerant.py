"""Reading of faulty JSON: everything wrong is told, the rest is kept."""

from __future__ import annotations

import pytest

from fhir_kernel.codec.json_codec import read_json
from fhir_kernel.codec.json_positions import json_positions
from fhir_kernel.errors import CodecError


@pytest.mark.parametrize(
    ("text", "resource", "issues"),
    [
        ('// x\n{"a":1}', {"a": 1}, [("json.comment", 1, 1)]),
        ('{"a":1, /* x\n */ "b":2}', {"a": 1, "b": 2}, [("json.comment", 1, 9)]),
        ('{"a":1,}', {"a": 1}, [("json.extra-comma", 1, 8)]),
        ('{"a":[1,]}', {"a": [1]}, [("json.extra-comma", 1, 9)]),
        ('{"a":1,,"b":2}', {"a": 1, "b": 2}, [("json.extra-comma", 1, 8)]),
        ('{,"a":1}', {"a": 1}, [("json.extra-comma", 1, 2)]),
        ('{"a":1\n "b":2}', {"a": 1, "b": 2}, [("json.missing-comma", 2, 2)]),
        ('{"a":[1 2]}', {"a": [1, 2]}, [("json.missing-comma", 1, 9)]),
        ('{"a" 1}', {"a": 1}, [("json.missing-colon", 1, 6)]),
        ('{a:1}', {"a": 1}, [("json.unquoted-name", 1, 2)]),
        ("{'a':1}", {"a": 1}, [("json.unquoted-name", 1, 2)]),
        ("{\"a\":'b'}", {"a": "b"}, [("json.unquoted-value", 1, 6)]),
        ('{"a":[New York, true]}', {"a": ["New York", True]}, [("json.unquoted-value", 1, 7)]),
        ('{"a":01}', {"a": "01"}, [("json.not-a-number", 1, 6)]),
        ('{"a":NaN}', {"a": "NaN"}, [("json.not-a-number", 1, 6)]),
        ('{"a":"x\ty"}', {"a": "x\ty"}, [("json.bad-character", 1, 8)]),
        ('{"a":"\\x"}', {"a": "\\x"}, [("json.bad-escape", 1, 7)]),
        ('{"a":"\\ud800"}', {"a": "\\ud800"}, [("json.bad-escape", 1, 6)]),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place_and_the_rest_is_kept(
    text: str, resource: dict[str, object], issues: list[tuple[str, int, int]]
) -> None:
    reading = read_json(text)
    assert reading.resource == resource
    assert [(each.id, each.line, each.column) for each in reading.issues] == issues
    assert all(each.text() and each.text("zh") for each in reading.issues)


def test_comments_can_be_allowed() -> None:
    assert read_json('{"a":1 // one\n}', allow_comments=True).issues == ()


def test_several_faults_come_in_the_order_of_the_text_with_their_locations() -> None:
    text = '{\n"resourceType": "Patient",\nname: [{"given": [Anna "B"]}],\n"_birthDate": {"id": 1,}}'
    found = [(each.id, each.path, each.line) for each in read_json(text).issues]
    assert found == [
        ("json.unquoted-name", "Patient", 3),
        ("json.unquoted-value", "Patient.name[0].given[0]", 3),
        ("json.missing-comma", "Patient.name[0].given", 3),
        ("json.extra-comma", "Patient.birthDate", 4),
    ]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("[]", 1, 1),
        ('{"a":\n}', 2, 1),
        ('{"a":1', 1, 7),
        ('{"a":"x', 1, 6),
        ('{"a":1}\n{}', 2, 1),
        ('{"a":1 #', 1, 8),
    ],
)
def test_what_cannot_be_mended_is_refused_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(CodecError) as caught:
        read_json(text)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_positions_are_found_by_location() -> None:
    positions = json_positions(
        '{"resourceType": "Observation",\n'
        ' "valueQuantity": {\n  "value": 1.0},\n'
        ' "_status": {"extension": [{"url": "x"}]},\n'
        ' "contained": [{"given": ["A", "B"],\n  "_given": [null, {"id": "i"}]}]}'
    )
    assert positions.find("Observation") == (1, 1)
    assert positions.find("Observation.value") == (2, 19)
    assert positions.find("Observation.valueQuantity.value") == (3, 12)
    assert positions.find("Observation.value.ofType(Quantity).value") == (3, 12)
    assert positions.find("Observation.status.extension[0].url") == (4, 36)
    assert positions.find("Observation.contained[0].given[1]") == (5, 32)
    assert positions.find("Observation.contained[0].given[1].id") == (6, 27)


def test_of_what_is_absent_the_nearest_element_around_it_is_told() -> None:
    positions = json_positions('{"a": 1,\n "b": {"c": 2}}')
    assert positions.find("Patient.b.missing[3].deep") == (2, 7)
    assert positions.find("Patient.missing") == (1, 1)
    assert positions.find("") is None
