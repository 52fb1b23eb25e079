"""Reading and writing of FHIR JSON."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fhir_kernel.codec.json_codec import has_duplicate_keys, parse_json, read_json, write_json
from fhir_kernel.codec.limits import Limits
from fhir_kernel.errors import CodecError, LimitExceeded


@pytest.mark.parametrize(
    "digits", ["1.10", "0.0000000010", "-0.50", "100000000000000000000000", "3.14159265358979323846"]
)
def test_a_decimal_keeps_its_digits(digits: str) -> None:
    text = f'{{"resourceType":"Basic","valueDecimal":{digits}}}'.encode()
    assert write_json(parse_json(text)) == text


def test_a_whole_number_is_of_the_same_kind_with_and_without_a_fraction_beside_it() -> None:
    for number in (-(10**17), 10**17, 10**18):
        assert type(parse_json(f'{{"a":{number}}}')["a"]) is type(parse_json(f'{{"a":{number},"b":1.5}}')["a"])


def test_an_exponent_stays_valid_json_of_the_same_value() -> None:
    written = write_json(parse_json(b'{"value":1.50e+7,"list":[2E2]}'))
    assert parse_json(written) == {"value": Decimal("1.50e7"), "list": [Decimal("2e2")]}


def test_whole_numbers_and_numbers_within_strings_are_left_to_the_fast_parser() -> None:
    assert parse_json(b'{"a":12,"b":"1.5","c":[-3, 4]}') == {"a": 12, "b": "1.5", "c": [-3, 4]}


@pytest.mark.parametrize("before", ["", "1,", '"x",', "[],", "{} , ", "null,\n", "true,", "false,", "-", "2, -"])
def test_a_fraction_is_seen_wherever_it_stands_in_an_array(before: str) -> None:
    assert isinstance(parse_json(f'{{"a":[{before}1.0]}}')["a"][-1], Decimal)
    assert isinstance(parse_json(f'{{"a":[{before}1234567890123456789]}}')["a"][-1], Decimal)


@pytest.mark.parametrize("separator", [":", ": ", " :\n\t", ":-"])
def test_a_fraction_is_seen_whatever_stands_before_it(separator: str) -> None:
    value = parse_json(f'{{"a"{separator}1.0}}')["a"]
    assert isinstance(value, Decimal)


def test_text_and_bytes_and_a_byte_order_mark_are_read_alike() -> None:
    assert parse_json('{"a":"中"}') == parse_json(b'\xef\xbb\xbf{"a":"\xe4\xb8\xad"}') == {"a": "中"}


@pytest.mark.parametrize(
    ("text", "reason", "line", "column"),
    [
        (b"", "empty", 1, 1),
        (b"  \n", "empty", 1, 1),
        (b"[1]", "an array", 1, 1),
        (b'"x"', "a string", 1, 1),
        (b'{\n "a": tru\n}', "not JSON", 2, 7),
        (b'{"a":1}\n}', "not JSON", 2, 1),
        (b'{"a":NaN}', "not JSON", 1, 6),
        (b'{"a":1.5,"b":Infinity}', "not JSON", 1, 14),
        (b'{"a":"\xff"}', "not UTF-8: byte 0xFF", 1, 7),
        ('{"a":1}'.encode("utf-16"), "UTF-16", 1, 1),
        ('{"a":1}'.encode("utf-16-be"), "UTF-16", 1, 1),
        ('{"a":1}'.encode("utf-32"), "UTF-32", 1, 1),
        (b'{"a":"\\ud800","b":1.5}', "not JSON", 1, 7),
        (b'{"a":1e999999}', "a number beyond", 1, 1),
        (b'{"a":1.5e99999999999999999999}', "a number beyond", 1, 1),
    ],
)
def test_what_is_no_json_is_refused_with_its_place_and_one_line(
    text: bytes, reason: str, line: int, column: int
) -> None:
    with pytest.raises(CodecError, match=reason) as caught:
        parse_json(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("unit", [b'{"a":', b"[", b'[{"a":'])
@pytest.mark.parametrize("depth", [600, 10_000, 200_000])
def test_deep_nesting_is_refused_without_a_crash(unit: bytes, depth: int) -> None:
    for read in (parse_json, read_json):
        with pytest.raises((LimitExceeded, CodecError), match=r"deeper|not JSON"):
            read(unit * depth)


def test_nesting_just_within_the_limit_is_read_and_written() -> None:
    text = b'{"a":' * 253 + b"{}" + b"}" * 253
    assert write_json(parse_json(text)) == text
    with pytest.raises(LimitExceeded, match="254"):
        parse_json(b'{"a":' + text + b"}")


def test_a_lower_limit_on_nesting_is_kept_too() -> None:
    with pytest.raises(LimitExceeded, match="deeper than 2"):
        parse_json(b'{"a":[[1]]}', limits=Limits(max_depth=2))


def test_brackets_within_strings_are_no_nesting() -> None:
    assert parse_json('{"a":"' + "[{" * 5000 + '"}')["a"].startswith("[{")


def test_a_text_beyond_the_size_limit_is_refused() -> None:
    with pytest.raises(LimitExceeded, match="11 bytes; at most 10"):
        parse_json(b'{"a":12345}', limits=Limits(max_bytes=10))


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"a":1}',
        b'{"a":1, "a" \n:2}',
        b'{"a":{"b":"x","b":"\\u0022:"}}',
        b'{"a":1.5,"c":{"d":[{"e":1,"e":2}]}}',
        b'{"a":1,"\\u0061":1}',
        b'{"a":1,"a":1,"b":"\\"\\u003a"}',
        b'{"a":1,"a":1,"b":"\\"\\u003A"}',
    ],
)
def test_a_key_that_stands_twice_is_noticed(text: bytes) -> None:
    assert has_duplicate_keys(text, parse_json(text))
    assert [issue.id for issue in read_json(text).issues] == ["json.duplicate-key"]


@pytest.mark.parametrize(
    "text", [b'{"a":"\\":","b":1}', b'{"a" : "b", "c":{"a":1.50}}', b'{"a":"\\" :"}', b'{"a":"\\u0022:"}']
)
def test_what_only_looks_like_a_key_is_no_duplicate(text: bytes) -> None:
    assert read_json(text).issues == ()


def test_of_a_key_that_stands_twice_the_place_of_the_second_is_told() -> None:
    text = b'{"resourceType": "Patient",\n "name": [{"family": "A",\n   "family": "B"}]}'
    (issue,) = read_json(text).issues
    assert (issue.path, issue.line, issue.column) == ("Patient.name[0].family", 3, 4)
    assert "'family'" in issue.text()
    assert "family" in issue.text("zh")


def test_pretty_output_is_indented_and_reads_back() -> None:
    resource = {"resourceType": "Basic", "value": Decimal("1.0"), "name": ["中"]}
    written = write_json(resource, pretty=True)
    assert b'\n  "value": 1.0' in written
    assert parse_json(written) == resource


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), object(), "\ud800"])
def test_what_json_cannot_hold_is_not_written(value: object) -> None:
    with pytest.raises(CodecError, match="cannot be written"):
        write_json({"a": value})
