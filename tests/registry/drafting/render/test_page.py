from __future__ import annotations

import re

import pytest

from fhir_kernel.issues import Language
from fhir_kernel.resource import Resource
from registry.drafting.diff.difference import differences
from registry.drafting.package.compile import compile_draft
from registry.drafting.package.limits import PackageLimits
from registry.drafting.render.code_table import code_system_table
from registry.drafting.render.page import code_page, compilation_page, difference_page, profile_page
from registry.drafting.render.profile_table import profile_table
from tests.registry.drafting.making import BENCH, code_system, compared, core, draft, element, profile

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
LANGUAGES: tuple[Language, ...] = ("en", "zh")


def evil_profile() -> Resource:
    return profile(element("Patient.name", short=EVIL, definition=EVIL), title=EVIL, description=EVIL)


def pages(language: Language) -> dict[str, str]:
    structure = evil_profile()
    whole = core().extended([structure]).structure(structure["url"])
    system = {**code_system("a", a=EVIL), "title": EVIL, "description": EVIL}
    example = {"resourceType": "Patient", "id": "e", "gender": EVIL}
    return {
        "profile": profile_page(profile_table(whole), language),
        "codes": code_page(code_system_table(system), language),
        "difference": difference_page(differences(compared(profile()), compared(structure, system)), language),
        "compilation": compilation_page(compile_draft(draft(structure, example), BENCH, PackageLimits()), language),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_others_wrote_is_escaped_on_every_page(language: Language) -> None:
    for name, page in pages(language).items():
        assert "<script" not in page, name
        assert "<img" not in page, name
        assert "&lt;script&gt;" in page, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_stands_alone_and_names_its_language(language: Language) -> None:
    for page in pages(language).values():
        assert not re.search(r'(?:src|href|action)="', page)
        assert "default-src 'none'" in page
        assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in page


def test_pages_are_in_the_language_that_is_asked_for() -> None:
    english, chinese = pages("en"), pages("zh")
    assert "What changed" in english["difference"]
    assert "变更对照" in chinese["difference"]
    assert "patch" not in chinese["difference"]
    assert "必须" not in english["profile"]


def test_a_difference_without_changes_says_so() -> None:
    assert "There are no changes." in difference_page(differences(compared(profile()), compared(profile())), "en")
