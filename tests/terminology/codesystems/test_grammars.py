"""Code systems that are judged by the form of a code, and the tables that come with the product."""

from __future__ import annotations

import pytest

from terminology.checks import Verdict
from terminology.codesystems.bcp47 import LANGUAGE_TAGS
from terminology.codesystems.countries import ISO_3166
from terminology.codesystems.currencies import ISO_4217
from terminology.codesystems.loinc import LOINC
from terminology.codesystems.mimetype import MEDIA_TYPES
from terminology.codesystems.snomed import SNOMED_CT
from terminology.codesystems.ucum import UCUM
from tests.terminology.world import HOME, ask, codes_of, value_set, where, within

IN, OUT, UNKNOWN = Verdict.IN, Verdict.OUT, Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("system", "code", "verdict"),
    [
        *((SNOMED_CT, code, UNKNOWN) for code in ("73211009", "138875005", "900000000000207008", "276885007")),
        *((SNOMED_CT, code, UNKNOWN) for code in ("128045006:{363698007=56459004}", "73211009 |diabetes|")),
        *(
            (SNOMED_CT, code, OUT)
            for code in ("73211008", "1", "T-15460", "073211009", "1234567890123456789", "754786011")
        ),
        *(
            (LOINC, code, UNKNOWN)
            for code in ("8310-5", "85354-9", "LP7751-3", "LP173421-1", "LA6683-2", "LA10394-7", "LL379-9")
        ),
        *((LOINC, code, OUT) for code in ("8310-4", "8310", "LA6683-3", "temp", "")),
        *(
            (LANGUAGE_TAGS, code, IN)
            for code in ("en", "zh-CN", "zh-Hans-CN", "EN-us", "es-419", "sl-rozaj-biske-1994", "x-own")
        ),
        *(
            (LANGUAGE_TAGS, code, IN)
            for code in ("i-klingon", "de-CH-x-phonebk", "en-u-islamcal", "yue", "zh-yue-HK", "und", "qaa")
        ),
        *(
            (LANGUAGE_TAGS, code, OUT)
            for code in ("xx", "en-XQQ", "en_US", "english", "zh-Abcd", "de-QQ-", "en-", "eng", "fr-BB1")
        ),
        *(
            (MEDIA_TYPES, code, IN)
            for code in ("application/pdf", "text/plain; charset=utf-8", "application/fhir+json", "xml")
        ),
        *(
            (MEDIA_TYPES, code, IN)
            for code in ("application/vnd.ms-excel", 'multipart/mixed; boundary="a;b"', "image/*", "x-my/type")
        ),
        *((MEDIA_TYPES, code, OUT) for code in ("pdf", "text/", "/plain", "text/plain;charset", "text plain", "a/b/c")),
        (MEDIA_TYPES, "foo/bar", UNKNOWN),
        *((ISO_3166, code, IN) for code in ("CN", "CHN", "156", "US", "SU")),
        *((ISO_3166, code, OUT) for code in ("XX", "China", "cn", "1000")),
        *((ISO_4217, code, IN) for code in ("CNY", "USD", "DEM")),
        *((ISO_4217, code, OUT) for code in ("RMB", "usd", "840")),
        *((UCUM, code, IN) for code in ("mg", "mm[Hg]", "10*9/L")),
        *((UCUM, code, OUT) for code in ("mmHg", "mcg", "")),
    ],
)
def test_a_code_is_judged_by_its_form(system: str, code: str, verdict: Verdict) -> None:
    answer = ask(codes_of(), code, system)
    assert answer.in_system is verdict
    assert bool(answer.reason) is (verdict is not IN)


def test_codes_of_former_countries_and_currencies_are_inactive() -> None:
    codes = codes_of()
    assert ask(codes, "YU", ISO_3166).inactive
    assert not ask(codes, "CN", ISO_3166).inactive
    assert ask(codes, "DEM", ISO_4217).inactive


def test_a_country_has_its_name_as_display() -> None:
    assert ask(codes_of(), "CHN", ISO_3166, display="china").display_ok


def test_an_element_of_type_code_is_judged_by_the_grammar_of_its_value_set() -> None:
    codes = codes_of(value_set("languages", within(LANGUAGE_TAGS)), value_set("units", within(UCUM)))
    assert ask(codes, "zh-CN", vs="languages").in_value_set is IN
    wrong = ask(codes, "xx-CN", vs="languages")
    assert wrong.in_value_set is OUT
    assert "'xx' is not a registered language" in wrong.reason
    assert "did you mean mm[Hg]?" in ask(codes, "mmHg", UCUM, "units").reason


def test_units_can_be_filtered_by_what_they_measure() -> None:
    codes = codes_of(value_set("lengths", within(UCUM, filter=[where("canonical", "=", "m")])))
    assert ask(codes, "[in_i]", UCUM, "lengths").in_value_set is IN
    assert ask(codes, "kg", UCUM, "lengths").in_value_set is OUT
    assert ask(codes, "inch", UCUM, "lengths").in_value_set is OUT


def test_countries_can_be_filtered_by_pattern() -> None:
    codes = codes_of(value_set("three", within(ISO_3166, filter=[where("code", "regex", "[A-Z]{3}")])))
    assert ask(codes, "CHN", ISO_3166, "three").in_value_set is IN
    assert ask(codes, "CN", ISO_3166, "three").in_value_set is OUT


@pytest.mark.parametrize(("value_set_url", "system"), [(SNOMED_CT + "?fhir_vs", SNOMED_CT), (LOINC + "/vs", LOINC)])
def test_an_implicit_value_set_of_a_whole_system_answers_as_the_system(value_set_url: str, system: str) -> None:
    assert ask(codes_of(), "8310-4", system, value_set_url).in_value_set is OUT


def test_a_wrong_check_digit_is_out_of_a_value_set_too() -> None:
    codes = codes_of(value_set("codes", within(LOINC)))
    assert ask(codes, "8310-4", LOINC, "codes").in_value_set is OUT
    assert ask(codes, "8310-5", LOINC, "codes").in_value_set is UNKNOWN
    assert HOME not in ask(codes, "8310-5", LOINC, "codes").reason
