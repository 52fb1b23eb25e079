from __future__ import annotations

from decimal import Decimal

import pytest

from fhir_kernel.echo import LONGEST, echoed
from fhir_kernel.issues import issue


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Decimal("1.10"), "1.10"),
        (True, "true"),
        (None, "null"),
        (3, "3"),
        ("中文", "中文"),
        (["a", "中"], '["a", "中"]'),
    ],
)
def test_a_value_is_shown_as_json_has_it(value, told):
    assert echoed(value) == told


def test_a_long_value_is_cut_and_its_length_told():
    assert echoed("a" * 5_000) == "a" * 60 + "… (5000 characters)"
    assert echoed("a" * 5_000, "zh") == "a" * 60 + "…（共 5000 个字符）"
    assert echoed("a" * LONGEST) == "a" * LONGEST


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_message_holds_a_whole_long_value(language):
    found = issue("primitive.format", "Patient.birthDate", found="李" * 500, type="date", expected="YYYY")
    assert "李" * 61 not in found.text(language)
    assert "500" in found.text(language)


def test_a_number_where_none_may_be_is_told_as_it_was_written():
    found = issue(
        "primitive.format", "Patient.birthDate", found=Decimal("1.50"), type="integer", expected="a whole one"
    )
    assert "'1.50'" in found.text()
    assert "Decimal" not in found.text()
