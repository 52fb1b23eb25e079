"""Value sets that the URL of a code system implies (https://hl7.org/fhir/R4/snomedct.html#implicit)."""

from __future__ import annotations

from terminology.engine.implicit import implicit_value_set
from tests.terminology.engine.world import code_system, codes, concept, refusal, service

SNOMED = "http://snomed.info/sct"
_DISEASES = code_system(
    SNOMED,
    concept("64572001", concept("73211009", display="Diabetes mellitus"), display="Disease"),
    concept("123037004", display="Body structure"),
    version=f"{SNOMED}/900000000000207008/version/20240101",
)


def test_every_concept_of_snomed_ct_is_a_value_set() -> None:
    assert codes(service(_DISEASES), f"{SNOMED}?fhir_vs", excludeNested=True) == ["64572001", "73211009", "123037004"]


def test_what_is_below_a_concept_of_snomed_ct_is_a_value_set() -> None:
    assert codes(service(_DISEASES), f"{SNOMED}?fhir_vs=isa/64572001", excludeNested=True) == ["64572001", "73211009"]


def test_the_version_stands_before_the_question_mark() -> None:
    held = f"{SNOMED}/900000000000207008/version/20240101"
    assert codes(service(_DISEASES), f"{held}?fhir_vs", excludeNested=True)
    assert "2019" in refusal(service(_DISEASES), "ValueSet/$expand", url=held.replace("2024", "2019") + "?fhir_vs")


def test_a_code_system_that_is_not_held_implies_nothing() -> None:
    assert "http://example.org/none/vs" in refusal(service(), "ValueSet/$expand", url="http://example.org/none/vs")


def test_other_addresses_imply_nothing() -> None:
    assert implicit_value_set("http://example.org/ValueSet/a") is None
    assert implicit_value_set(f"{SNOMED}?fhir_vs=refset/1") is None
