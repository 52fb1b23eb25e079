"""Operations that are forwarded to an upstream server."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import respx

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.definitions.model import Model
from terminology.engine.installed import Installed
from terminology.failures import OperationFailed
from terminology.limits import Limits
from terminology.operation_table import OPERATIONS
from terminology.operations import Call
from terminology.remote.service import ForwardingService
from tests.terminology.operation.calls import NOON, named, service_of, value
from tests.terminology.remote.world import BASE, asked, outcome, parameters, rejected, remote
from tests.terminology.world import HOME, code_system, value_set, within

FAR = "http://example.org/far"
HELD = (
    code_system("fruit", "apple", "pear", version="1"),
    value_set("fruits", within("fruit")),
    value_set("far", {"system": FAR}),
    value_set("nested", {"valueSet": ["http://example.org/vs/none"]}),
)
_UPSTREAM = parameters(result=True, display="from afar")


def _service(*resources: dict[str, Any], **bounds: Any) -> ForwardingService:
    content = Installed(Catalog(resources or HELD))
    return ForwardingService(
        remote(**bounds), content, Model({}), clock=lambda: NOON, new_id=lambda: "1", limits=Limits()
    )


def _run(service, path: str, *further, language: str | None = None, instance=None, **given: Any) -> dict[str, Any]:
    resource_type, _, name = path.partition("/$")
    operation = next(each for each in OPERATIONS if (each.resource_type, each.name) == (resource_type, name))
    written = tuple(named(key, each) for key, each in given.items())
    return service.run(operation, Call((*written, *further), language, instance))


_NOT_HELD = {
    "lookup": ("CodeSystem/$lookup", {"system": FAR, "code": "a"}),
    "lookup of a version": ("CodeSystem/$lookup", {"system": f"{HOME}/cs/fruit", "code": "a", "version": "9"}),
    "code": ("CodeSystem/$validate-code", {"url": FAR, "code": "a"}),
    "coding": ("CodeSystem/$validate-code", {"coding": {"system": FAR, "code": "a"}}),
    "subsumes": ("CodeSystem/$subsumes", {"system": FAR, "codeA": "a", "codeB": "b"}),
    "member": ("ValueSet/$validate-code", {"url": f"{HOME}/vs/far", "system": FAR, "code": "a"}),
    "member of none": ("ValueSet/$validate-code", {"url": f"{HOME}/vs/none", "system": FAR, "code": "a"}),
    "expand": ("ValueSet/$expand", {"url": f"{HOME}/vs/far"}),
    "expand none": ("ValueSet/$expand", {"url": f"{HOME}/vs/none"}),
    "expand nested": ("ValueSet/$expand", {"url": f"{HOME}/vs/nested"}),
    "translate": ("ConceptMap/$translate", {"url": "http://example.org/cm", "system": FAR, "code": "a"}),
    "translate by any": ("ConceptMap/$translate", {"system": FAR, "code": "a", "target": f"{HOME}/vs/fruits"}),
}


@respx.mock
@pytest.mark.parametrize("name", _NOT_HELD)
def test_what_is_not_held_is_answered_as_the_upstream_server_answers_it(name):
    path, given = _NOT_HELD[name]
    answer = {"resourceType": "ValueSet", "expansion": {}} if path == "ValueSet/$expand" else _UPSTREAM
    route = respx.post(f"{BASE}/{path}").respond(json=answer)
    assert _run(_service(), path, language="zh-CN", **given) == answer
    request = route.calls.last.request
    assert asked(request) == given
    assert request.headers["accept-language"] == "zh-CN"


_HELD = {
    "lookup": ("CodeSystem/$lookup", {"system": f"{HOME}/cs/fruit", "code": "apple"}),
    "code": ("CodeSystem/$validate-code", {"url": f"{HOME}/cs/fruit", "code": "apple"}),
    "no code": ("CodeSystem/$validate-code", {"url": f"{HOME}/cs/fruit", "code": "stone"}),
    "subsumes": ("CodeSystem/$subsumes", {"system": f"{HOME}/cs/fruit", "codeA": "apple", "codeB": "pear"}),
    "member": ("ValueSet/$validate-code", {"url": f"{HOME}/vs/fruits", "system": f"{HOME}/cs/fruit", "code": "apple"}),
    "no member": ("ValueSet/$validate-code", {"url": f"{HOME}/vs/fruits", "system": f"{HOME}/cs/fruit", "code": "x"}),
    "expand": ("ValueSet/$expand", {"url": f"{HOME}/vs/fruits"}),
    "translate": ("ConceptMap/$translate", {"system": f"{HOME}/cs/fruit", "code": "apple"}),
    "codes": ("CodeSystem/$batch-validate-code", {"validation": parameters(url=FAR, code="a")}),
}


@pytest.mark.parametrize("name", _HELD)
def test_what_is_held_is_answered_here(name):
    path, given = _HELD[name]
    with respx.mock(assert_all_called=False) as router:
        everything = router.route().respond(json=_UPSTREAM)
        assert _run(_service(), path, **given) == _run(service_of(*HELD), path, **given)
        assert not everything.called


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("CodeSystem/$lookup", {"system": f"{HOME}/cs/fruit", "code": "stone"}),
        ("CodeSystem/$lookup", {"code": "a"}),
        ("ValueSet/$expand", {"url": f"{HOME}/vs/far", "count": "many"}),
    ],
)
def test_other_failures_are_our_own(path, given):
    with respx.mock(assert_all_called=False) as router:
        everything = router.route().respond(json=_UPSTREAM)
        with pytest.raises(OperationFailed):
            _run(_service(), path, **given)
        assert not everything.called


@respx.mock
@pytest.mark.parametrize(
    ("how", "code", "severity", "said"),
    [
        ({"side_effect": httpx.ReadTimeout("slow")}, "timeout", "warning", "did not answer within 5 s"),
        ({"return_value": httpx.Response(502)}, "transient", "warning", "answered with status 502"),
        (
            {"return_value": httpx.Response(404, json=outcome(("not-found", "not-found", "never heard of it")))},
            "informational",
            "information",
            "says: never heard of it",
        ),
    ],
)
def test_without_a_better_answer_our_own_says_why(how, code, severity, said):
    path, given = _NOT_HELD["lookup"]
    respx.post(f"{BASE}/{path}").mock(**how)
    with pytest.raises(OperationFailed) as own:
        _run(service_of(*HELD), path, **given)
    with pytest.raises(OperationFailed) as caught:
        _run(_service(), path, **given)
    assert caught.value.issues[:-1] == own.value.issues
    assert caught.value.message_id == own.value.message_id
    added = caught.value.issues[-1]
    assert (added["code"], added["severity"]) == (code, severity)
    assert said in added["details"]["text"]


@respx.mock
@pytest.mark.parametrize("name", ["code", "coding", "member"])
def test_a_no_for_want_of_the_code_system_stays_and_says_why(name):
    path, given = _NOT_HELD[name]
    respx.post(f"{BASE}/{path}").mock(side_effect=httpx.ReadTimeout("slow"))
    own, answer = _run(service_of(*HELD), path, **given), _run(_service(), path, **given)
    issues = {
        id(each): each["resource"]["issue"]
        for each in (own, answer)
        for each in each["parameter"]
        if "resource" in each
    }
    before, after = issues.values()
    assert after[:-1] == before
    assert after[-1]["code"] == "timeout"
    assert [each for each in answer["parameter"] if each["name"] != "issues"] == [
        each for each in own["parameter"] if each["name"] != "issues"
    ]
    assert value(answer, "result") is False


@respx.mock
def test_the_reason_is_in_the_language_of_the_caller():
    path, given = _NOT_HELD["lookup"]
    respx.post(f"{BASE}/{path}").mock(side_effect=httpx.ReadTimeout("slow"))
    with pytest.raises(OperationFailed) as caught:
        _run(_service(), path, language="zh-CN", **given)
    assert caught.value.issues[-1]["details"]["text"] == "上游术语服务器 tx.example.org 未在 5 秒内应答"


@respx.mock
def test_a_no_of_the_upstream_server_is_its_answer():
    path, given = _NOT_HELD["lookup"]
    unknown = outcome(("not-found", "invalid-code", "Unknown code 'a'"))
    respx.post(f"{BASE}/{path}").respond(404, json=unknown)
    with pytest.raises(OperationFailed) as caught:
        _run(_service(), path, **given)
    assert list(caught.value.issues) == unknown["issue"]
    path, given = _NOT_HELD["code"]
    answer = rejected(("code-invalid", "invalid-code", "Unknown code 'a'"))
    respx.post(f"{BASE}/{path}").respond(json=answer)
    assert _run(_service(), path, **given) == answer


@respx.mock
def test_resources_sent_along_go_on_unless_they_are_large():
    far = value_set("sent", {"system": FAR})
    route = respx.post(f"{BASE}/ValueSet/$validate-code").respond(json=_UPSTREAM)
    given = {"url": f"{HOME}/vs/sent", "system": FAR, "code": "a", "tx-resource": far, "cache-id": "1"}
    assert _run(_service(), "ValueSet/$validate-code", **given) == _UPSTREAM
    sent = asked(route.calls.last.request)
    assert sent["tx-resource"] == far
    assert "cache-id" not in sent
    answer = _run(_service(question_bytes=200), "ValueSet/$validate-code", **given)
    assert value(answer, "result") is False
    assert "more than the 200" in answer["parameter"][-1]["resource"]["issue"][-1]["details"]["text"]
    assert route.call_count == 1


def test_what_is_asked_of_a_resource_by_its_id_is_answered_here():
    with respx.mock(assert_all_called=False) as router:
        everything = router.route().respond(json=_UPSTREAM)
        with pytest.raises(OperationFailed):
            _run(_service(), "ValueSet/$expand", instance=HELD[2])
        assert not everything.called
