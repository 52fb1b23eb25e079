from __future__ import annotations

import re
from string import Formatter

import pytest

from fhir_kernel.messages import CATALOGUE

ISSUE_TYPES = """
    invalid structure required value invariant security login unknown expired forbidden suppressed processing
    not-supported duplicate multiple-matches not-found deleted too-long code-invalid extension too-costly
    business-rule conflict transient lock-error no-store exception timeout incomplete throttled informational
"""
"""https://hl7.org/fhir/R4/valueset-issue-type.html"""
CHINESE = re.compile("[\u4e00-\u9fff]")


def _parameters(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("issue_id", CATALOGUE)
def test_a_message_is_there_in_both_languages_over_the_same_parameters(issue_id):
    message = CATALOGUE[issue_id]
    assert CHINESE.search(message.zh)
    assert not CHINESE.search(message.en)
    assert _parameters(message.en) == _parameters(message.zh)


@pytest.mark.parametrize("issue_id", CATALOGUE)
def test_a_message_has_a_severity_and_a_code_of_fhir(issue_id):
    message = CATALOGUE[issue_id]
    assert message.severity in ("fatal", "error", "warning", "information")
    assert message.code in ISSUE_TYPES.split()


def test_ids_are_an_area_and_a_name():
    assert not [issue_id for issue_id in CATALOGUE if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", issue_id)]
