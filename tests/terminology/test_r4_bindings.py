"""The bindings of FHIR R4 itself, answered from its own package."""

from __future__ import annotations

import pytest

from fhir_kernel.definitions.catalog import Catalog, open_catalog
from fhir_kernel.errors import PackageError
from fhir_kernel.settings import load_settings
from terminology.checks import CodeQuery, Verdict
from terminology.local import LocalCodes

_VALUE_SETS = "http://hl7.org/fhir/ValueSet/"


@pytest.fixture(scope="module")
def core() -> Catalog:
    try:
        return open_catalog(load_settings())
    except PackageError as error:
        pytest.skip(f"the core package is not at hand: {error}")


def test_nearly_every_required_binding_of_a_code_can_be_listed(core: Catalog) -> None:
    codes = LocalCodes(core)
    open_ended = set()
    for structure in core.all("StructureDefinition"):
        for element in structure.get("snapshot", {}).get("element", ()):
            binding = element.get("binding", {})
            if binding.get("strength") == "required" and "valueSet" in binding:
                membership = codes.membership(binding["valueSet"])
                if membership is None or not membership.complete:
                    open_ended.add(binding["valueSet"].partition("|")[0])
    assert open_ended <= {
        *(_VALUE_SETS + name for name in ("mimetypes", "timezones", "ucum-units", "all-languages")),
        "http://loinc.org/vs/LL379-9",
    }


@pytest.mark.parametrize(
    ("code", "system", "value_set", "verdict"),
    [
        ("male", None, "administrative-gender|4.0.1", Verdict.IN),
        ("Male", None, "administrative-gender", Verdict.OUT),
        ("C", "http://terminology.hl7.org/CodeSystem/v2-0131", "patient-contactrelationship", Verdict.IN),
        ("O", "http://terminology.hl7.org/CodeSystem/v2-0131", "patient-contactrelationship", Verdict.OUT),
        ("8310-5", "http://loinc.org", "observation-codes", Verdict.UNKNOWN),
        ("zh-CN", None, "all-languages", Verdict.IN),
        ("m", "http://unitsofmeasure.org", "age-units", Verdict.OUT),
        ("http://nowhere.example", None, "timezones", Verdict.UNKNOWN),
    ],
)
def test_a_code_is_checked(core: Catalog, code: str, system: str | None, value_set: str, verdict: Verdict) -> None:
    answer = LocalCodes(core).check([CodeQuery(code, system, value_set=_VALUE_SETS + value_set)])[0]
    assert answer.in_value_set is verdict
