"""The validator and the terminology service with an upstream terminology server, as they are put together."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import httpx
import pytest
import respx

from fhir_kernel.errors import SettingsError
from fhir_kernel.settings import Settings, load_settings
from plumbline import __version__
from plumbline.wiring import build_remote, build_terminology, build_validator
from terminology.operation_table import OPERATIONS
from terminology.operations import Call

_BASE, _TOKEN, _FAR = "https://tx.example.org/r4", "s3cret-t0ken", "http://example.org/far"


def _settings(**more: Any) -> Settings:
    return replace(load_settings(), upstream_terminology=_BASE, upstream_token=_TOKEN, **more)


def _observation(code: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">far</div>'},
        "status": "final",
        "subject": {"reference": "Patient/1"},
        "performer": [{"reference": "Practitioner/1"}],
        "effectiveDateTime": "2024-05-06",
        "code": {"coding": [{"system": _FAR, "code": code}]},
        "valueString": "far",
    }


def _said(result: bool, *kinds: str) -> dict[str, Any]:
    system = "http://hl7.org/fhir/tools/CodeSystem/tx-issue-type"
    issues = [
        {"severity": "error", "code": "code-invalid", "details": {"coding": [{"system": system, "code": kind}]}}
        for kind in kinds
    ]
    rows: list[dict[str, Any]] = [{"name": "result", "valueBoolean": result}]
    if issues:
        rows.append({"name": "issues", "resource": {"resourceType": "OperationOutcome", "issue": issues}})
    return {"resourceType": "Parameters", "parameter": rows}


def _found(settings: Settings, code: str = "a") -> list[tuple[str, str, str]]:
    report = build_validator(settings).validate(_observation(code))
    return [(each.severity, each.id, each.text()) for each in report.issues if each.path.startswith("Observation.code")]


@respx.mock
def test_a_code_of_a_system_that_is_not_held_is_right_where_the_upstream_server_says_so():
    route = respx.post(f"{_BASE}/CodeSystem/$validate-code").respond(json=_said(True))
    assert _found(_settings()) == []
    request = route.calls.last.request
    assert request.headers["authorization"] == f"Bearer {_TOKEN}"
    assert request.headers["user-agent"] == f"Plumbline/{__version__}"
    assert b"Patient/1" not in request.content


@respx.mock
def test_it_is_an_error_where_the_upstream_server_does_not_know_it():
    respx.post(f"{_BASE}/CodeSystem/$validate-code").respond(json=_said(False, "invalid-code"))
    assert [each[:2] for each in _found(_settings())] == [("error", "code.unknown")]


@respx.mock
def test_it_is_a_warning_with_the_reason_where_the_upstream_server_does_not_answer(caplog):
    caplog.set_level(logging.DEBUG)
    respx.post(f"{_BASE}/CodeSystem/$validate-code").mock(side_effect=httpx.ReadTimeout("slow"))
    ((severity, issue_id, text),) = _found(_settings(upstream_timeout=2.0))
    assert (severity, issue_id) == ("warning", "code.cannot-tell")
    assert text.endswith("the upstream terminology server at tx.example.org did not answer within 2 s")
    assert _TOKEN not in caplog.text


@pytest.mark.parametrize("changes", [{"offline": True}, {"upstream_terminology": None}])
def test_nobody_is_asked_offline_or_where_no_server_is_set(changes):
    with respx.mock(assert_all_called=False) as router:
        everything = router.route().respond(json=_said(True))
        settings = replace(_settings(), **changes)
        assert [each[:2] for each in _found(settings)] == [("warning", "code.cannot-tell")]
        assert build_remote(settings) is None
        assert not everything.called


@respx.mock
def test_an_operation_on_a_system_that_is_not_held_is_forwarded():
    answer = {"resourceType": "Parameters", "parameter": [{"name": "display", "valueString": "Far"}]}
    respx.post(f"{_BASE}/CodeSystem/$lookup").respond(json=answer)
    lookup = next(each for each in OPERATIONS if each.name == "lookup")
    rows = ({"name": "system", "valueUri": _FAR}, {"name": "code", "valueCode": "a"})
    assert build_terminology(_settings()).run(lookup, Call(rows)) == answer


def test_the_token_is_not_shown():
    assert _TOKEN not in repr(_settings())


def test_a_wrong_token_in_a_file_is_refused_without_being_shown(tmp_path):
    (tmp_path / "plumbline.toml").write_text("upstream_token = 12345")
    with pytest.raises(SettingsError, match=r"upstream_token in .* is not right, and not shown here") as caught:
        load_settings({}, tmp_path / "plumbline.toml")
    assert "12345" not in str(caught.value)


def test_an_empty_address_is_none():
    assert load_settings({"PLUMBLINE_UPSTREAM_TERMINOLOGY": ""}).upstream_terminology is None


def test_a_wrong_address_is_refused_when_things_are_put_together():
    with pytest.raises(SettingsError, match="expected https://HOST/PATH"):
        build_remote(replace(load_settings(), upstream_terminology="tx.example.org"))
