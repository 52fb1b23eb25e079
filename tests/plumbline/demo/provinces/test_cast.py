from __future__ import annotations

from collections import Counter

import pytest

from plumbline.demo.provinces.cast import MENDS, PROVINCES, cast


@pytest.fixture(scope="module")
def members():
    return cast(7)


def test_a_dozen_institutions_lie_in_three_provinces_in_classes_that_have_peers(members):
    assert Counter(each.installation.organisation.jurisdiction for each in members).keys().__len__() == PROVINCES
    assert len({each.id for each in members}) == len(members) == 12
    assert min(Counter(each.classification for each in members).values()) >= 3


def test_each_version_of_the_products_of_two_vendors_is_used_by_three_institutions_or_more(members):
    used = Counter((each.installation.product.id, each.installation.version) for each in members)
    assert len({each.installation.vendor.id for each in members}) == 2
    assert sorted(used) == [("yuanfan-his", "1.8"), ("yuanfan-his", "2.0"), ("zhengyuan-his", "4.2")]
    assert min(used.values()) >= 3


def test_the_same_seed_makes_the_same_cast_and_another_seed_another(members):
    assert cast(7) == members
    assert {each.name for each in cast(8)} != {each.name for each in members}


def test_software_adds_its_faults_to_those_of_whoever_uses_it(members):
    good, weak = members[0].quality, members[MENDS].quality
    assert sum(weak.wrong.values()) > 5 * sum(good.wrong.values())


def test_what_is_mended_is_the_fault_that_the_rule_names_and_no_other(members):
    quality = members[MENDS].quality
    flaw = max(quality.wrong, key=lambda each: quality.wrong[each])
    rule = f"https://plumbline.dev/fhir/sample/StructureDefinition/sample-{flaw.data_set}|2025.0.0#{flaw.breaks[0]}"
    assert quality.mended(rule).wrong == {each: share for each, share in quality.wrong.items() if each is not flaw}
    assert quality.mended(f"{rule}x") == quality


def test_withheld_late_and_doubled_records_are_mended_by_the_rules_that_count_them(members):
    base = "https://plumbline.dev/fhir/sample/StructureDefinition/sample-"
    withholding, late, doubling = (members[each].quality for each in (5, 7, 11))
    assert "laboratory-result" not in withholding.mended(f"{base}laboratory-result#:volume").withheld
    assert late.mended(f"{base}encounter|2025.0.0#:timely").late == 0
    assert doubling.mended(f"{base}patient|2025.0.0#:identity").doubled == 0
