"""Whatever the model allows survives JSON → XML → JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fhir_kernel.codec.json_codec import has_duplicate_keys, parse_json, read_json, write_json
from fhir_kernel.codec.xml_codec import from_xml, to_xml
from fhir_kernel.definitions.catalog import open_core
from fhir_kernel.definitions.model import Field, Model, TypeSchema

MODEL = open_core().model
RESOURCES = sorted(name for name in MODEL.types if MODEL.is_resource(name))
DIVS = ("a", "<p>b <b>c</b> d</p>", '<a name="x"></a>&lt;<br/>', "<table><tr><td></td></tr></table>中")

_texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn"), include_characters="\n\t\r")
) | st.just("a<&>\"':[{")
_decimals = st.decimals(allow_nan=False, allow_infinity=False, places=3) | st.sampled_from(
    [Decimal("1E+30"), Decimal("0.00")]
)
_values: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "positiveInt": st.integers(1, 2**31 - 1),
    "unsignedInt": st.integers(0, 2**31 - 1),
    "decimal": _decimals | st.integers(-(10**17), 10**17),
    "xhtml": st.sampled_from([f'<div xmlns="http://www.w3.org/1999/xhtml">{each}</div>' for each in DIVS]),
}


@st.composite
def resources(draw: st.DrawFn, depth: int = 4) -> dict[str, Any]:
    schema = MODEL.types[draw(st.sampled_from(RESOURCES))]
    return {"resourceType": schema.name, **_content(draw, schema, depth)}


def _content(draw: st.DrawFn, schema: TypeSchema, depth: int) -> dict[str, Any]:
    fields = [each for each in schema.fields.values() if depth > 0 or each.is_primitive]
    out: dict[str, Any] = {}
    for field in (
        draw(st.lists(st.sampled_from(fields), max_size=4, unique_by=lambda each: each.element)) if fields else ()
    ):
        if field.is_primitive:
            _primitive(draw, field, depth, out)
        elif field.is_list:
            out[field.name] = [_complex(draw, field, depth) for _ in range(draw(st.integers(1, 2)))]
        else:
            out[field.name] = _complex(draw, field, depth)
    return out


def _complex(draw: st.DrawFn, field: Field, depth: int) -> dict[str, Any]:
    if field.type == "Resource":
        return draw(resources(depth - 1))
    return _content(draw, MODEL.types[field.type], depth - 1)


def _primitive(draw: st.DrawFn, field: Field, depth: int, out: dict[str, Any]) -> None:
    values = _values.get(field.type, _texts)
    if field.is_xml_attribute or field.type == "xhtml":
        out[field.name] = draw(values)
        return
    rows = [_row(draw, values, depth) for _ in range(draw(st.integers(1, 3)) if field.is_list else 1)]
    plain, beside = [row[0] for row in rows], [row[1] for row in rows]
    for name, side in ((field.name, plain), ("_" + field.name, beside)):
        if any(each is not None for each in side):
            out[name] = side if field.is_list else side[0]


def _row(draw: st.DrawFn, values: st.SearchStrategy[Any], depth: int) -> tuple[Any, Any]:
    value = draw(values) if draw(st.integers(0, 4)) else None
    if value is not None and (depth <= 0 or draw(st.integers(0, 3))):
        return value, None
    return value, {"id": draw(_texts), **({"extension": [{"url": draw(_texts)}]} if draw(st.booleans()) else {})}


def typed(value: Any) -> Any:
    """`value` in a form that tells 1 from 1.0 and from true."""
    if isinstance(value, dict):
        return {key: typed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [typed(each) for each in value]
    return type(value).__name__, str(value)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(resources())
def test_any_resource_survives_the_way_through_xml_and_json(resource: dict[str, Any]) -> None:
    text = write_json(resource)
    read = parse_json(text)
    assert read == resource
    assert not has_duplicate_keys(text, read) or not read_json(text).issues
    back = from_xml(to_xml(read, MODEL), MODEL)
    assert typed(back) == typed(read)
    assert typed(from_xml(to_xml(read, MODEL, pretty=True), MODEL)) == typed(read)


def test_the_model_is_the_one_the_codec_was_made_for() -> None:
    assert isinstance(MODEL, Model)
    assert len(RESOURCES) > 140
