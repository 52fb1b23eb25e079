"""A resource may be broken in any way, and the validator still answers: it never raises, and its answer is complete."""

from __future__ import annotations

import copy
import json
import os
import tarfile
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.resource import Resource
from tests.conformance.validator.harm import DIV, FORM, NAMES, SEEDS, STRICT, answered, mutate, validator
from tests.conformance.validator.world import CORE, core_validator

_ARCHIVE = Path(os.environ.get("PLUMBLINE_SHARED", Path(__file__).parents[4] / "shared")) / "data/r4-examples.tar.gz"
_LARGEST = 60_000
"""Bytes of an example that is still mutated."""


@cache
def official() -> tuple[Resource, ...]:
    """The official examples, where a copy of them is at hand."""
    if not _ARCHIVE.is_file():
        return ()
    with tarfile.open(_ARCHIVE) as archive:
        streams = (
            archive.extractfile(each) for each in archive if each.name.endswith(".json") and each.size < _LARGEST
        )
        return tuple(parse_json(stream.read()) for stream in streams if stream is not None)


THOROUGH = settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@THOROUGH
@given(st.data())
def test_a_resource_broken_in_any_way_is_answered(data: st.DataObject) -> None:
    resource = copy.deepcopy(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 8))):
        mutate(resource, data.draw)
    answered(validator().validate(resource, [STRICT["url"], f"{CORE}/bp", f"{CORE}/bodyheight"]))


@THOROUGH
@given(st.data())
def test_an_official_example_broken_in_any_way_is_answered(data: st.DataObject) -> None:
    resource = copy.deepcopy(data.draw(st.sampled_from(official() or SEEDS)))
    for _ in range(data.draw(st.integers(1, 20))):
        mutate(resource, data.draw)
    answered(validator().validate(resource))


@THOROUGH
@given(st.data())
def test_a_bundle_of_broken_resources_is_answered(data: st.DataObject) -> None:
    resources = [copy.deepcopy(data.draw(st.sampled_from(SEEDS))) for _ in range(2)]
    kind = data.draw(st.sampled_from(("document", "message", "transaction", "history", "collection", "searchset")))
    rows: list[Resource] = [
        {"fullUrl": f"http://server.test/Observation/{at}", "resource": each} for at, each in enumerate(resources)
    ]
    bundle: Resource = {"resourceType": "Bundle", "type": kind, "entry": rows}
    for _ in range(data.draw(st.integers(1, 8))):
        mutate(bundle, data.draw)
    answered(validator().validate(bundle))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["Patient", "Bundle", "#a"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*NAMES, "name", "_id", "entry"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@THOROUGH
@given(st.dictionaries(st.sampled_from([*NAMES, "name", "entry", "item", "parameter"]), _JSON, max_size=6), st.data())
def test_any_json_is_answered(value: Resource, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(("Patient", "Bundle", "Parameters", "Observation", "Questionnaire", "ValueSet")))
    answered(validator().validate({"resourceType": kind} | value))


@THOROUGH
@given(st.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes) -> None:
    answered(core_validator().validate_bytes(data))


@THOROUGH
@given(st.data())
def test_damaged_text_is_answered(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(_TEXTS))
    at = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(at, min(len(text), at + 20)))
    inserted = data.draw(
        st.sampled_from(
            [b"", b"{", b"}", b"[", b'"', b"\\", b"<", b">", b"&", b"\x00", b"\xff", b"null", b"1e9999", b",,"]
        )
    )
    answered(core_validator().validate_bytes(text[:at] + inserted + text[end:]))


_TEXTS = (
    json.dumps(FORM).encode(),
    (
        f'<Patient xmlns="http://hl7.org/fhir"><id value="a"/><text><status value="generated"/>{DIV}</text>'
        '<contained><Basic><code><text value="x"/></code></Basic></contained><name><family value="x"/></name></Patient>'
    ).encode(),
)
