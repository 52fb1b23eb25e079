"""Code checks with an upstream server behind them."""

from __future__ import annotations

import json

import httpx
import pytest
import respx
from hypothesis import given, settings
from hypothesis import strategies as st

from terminology.checks import CodeQuery, Verdict
from terminology.remote.codes import UpstreamCodes
from tests.terminology.remote.world import (
    BASE,
    CODES,
    MEMBERS,
    asked,
    batch_answers,
    capabilities,
    outcome,
    parameters,
    rejected,
    remote,
)
from tests.terminology.world import HOME, code_system, codes_of, value_set, where, within

IN, OUT, UNKNOWN = Verdict.IN, Verdict.OUT, Verdict.UNKNOWN
FAR = "http://example.org/far"
HELD = (
    code_system("fruit", "apple", "pear"),
    value_set("fruits", within("fruit")),
    value_set("far", {"system": FAR}),
    value_set("far-listed", {"system": FAR, "concept": [{"code": "a"}]}),
    value_set("far-kinds", {"system": "http://snomed.info/sct", "filter": [where("concept", "is-a", "404684003")]}),
)


def _codes(**bounds) -> UpstreamCodes:
    return UpstreamCodes(codes_of(*HELD), remote(**bounds))


def _check(query: CodeQuery, **bounds):
    return _codes(**bounds).check([query])[0]


@respx.mock
def test_a_code_of_a_system_that_is_not_held_is_asked_upstream():
    route = respx.post(CODES).respond(json=parameters(result=True, display="Far away"))
    answer = _check(CodeQuery("a", FAR, "2", "Far away"))
    assert (answer.in_system, answer.in_value_set, answer.reason) == (IN, UNKNOWN, "")
    assert (answer.display_ok, answer.displays, answer.system) == (True, ("Far away",), FAR)
    assert asked(route.calls.last.request) == {"url": FAR, "code": "a", "version": "2", "display": "Far away"}


@respx.mock
@pytest.mark.parametrize("name", ["far", "none|1.0", "far-kinds"])
def test_a_value_set_that_cannot_be_told_here_is_asked_upstream(name):
    route = respx.post(MEMBERS).respond(json=parameters(result=True))
    system = "http://snomed.info/sct" if name == "far-kinds" else FAR
    answer = _check(CodeQuery("404684003", system, "2", value_set=f"{HOME}/vs/{name}"))
    assert (answer.in_system, answer.in_value_set, answer.reason) == (IN, IN, "")
    url, _, version = name.partition("|")
    expected = {"url": f"{HOME}/vs/{url}", "code": "404684003", "system": system, "systemVersion": "2"}
    assert asked(route.calls.last.request) == expected | ({"valueSetVersion": version} if version else {})


@respx.mock
def test_a_code_without_system_leaves_the_system_to_the_server():
    route = respx.post(MEMBERS).respond(json=parameters(result=True))
    assert _check(CodeQuery("a", value_set=f"{HOME}/vs/none")).in_value_set is IN
    assert asked(route.calls.last.request) == {"url": f"{HOME}/vs/none", "code": "a", "inferSystem": True}


@pytest.mark.parametrize(
    "query",
    [
        CodeQuery("apple", f"{HOME}/cs/fruit"),
        CodeQuery("stone", f"{HOME}/cs/fruit"),
        CodeQuery("apple", f"{HOME}/cs/fruit", value_set=f"{HOME}/vs/fruits"),
        CodeQuery("stone", f"{HOME}/cs/fruit", value_set=f"{HOME}/vs/fruits"),
        CodeQuery("a", FAR, value_set=f"{HOME}/vs/far-listed"),
        CodeQuery("b", FAR, value_set=f"{HOME}/vs/far-listed"),
        CodeQuery("12345678", "http://snomed.info/sct"),
        CodeQuery("a"),
        CodeQuery("a", ""),
        CodeQuery("a", "not/absolute"),
        CodeQuery("a", FAR, value_set="#inside"),
        CodeQuery("a", FAR, value_set=f"{HOME}/profile#inside"),
        CodeQuery("x" * 2_000, FAR),
    ],
)
def test_nothing_is_asked_that_is_known_here_or_that_no_other_server_can_know(query):
    local = codes_of(*HELD)
    with respx.mock(assert_all_called=False) as router:
        everything = router.route().respond(json=parameters(result=True))
        assert UpstreamCodes(local, remote()).check([query]) == local.check([query])
        assert not everything.called


@respx.mock
@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        ({"side_effect": httpx.ReadTimeout("slow")}, "tx.example.org did not answer within 5 s"),
        ({"return_value": httpx.Response(500)}, "tx.example.org answered with status 500"),
        ({"return_value": httpx.Response(200, text="<html>")}, "tx.example.org answered with something other than"),
        ({"return_value": httpx.Response(404, json=outcome(("not-found", "not-found", "no such system")))}, "says: no"),
        ({"return_value": httpx.Response(200, json=parameters(message="hm"))}, "says: hm"),
        ({"return_value": httpx.Response(200, json={"resourceType": "Parameters"})}, "without a reason"),
    ],
)
@pytest.mark.parametrize("of_value_set", [False, True])
def test_what_neither_can_tell_stays_unknown_with_both_reasons(failure, reason, of_value_set):
    respx.post(MEMBERS if of_value_set else CODES).mock(**failure)
    answer = _check(CodeQuery("a", FAR, value_set=f"{HOME}/vs/far" if of_value_set else None))
    assert (answer.in_system, answer.in_value_set) == (UNKNOWN, UNKNOWN)
    assert answer.reason.startswith(f"the code system {FAR} is not loaded, so 'a' cannot be checked; the upstream ")
    assert reason in answer.reason
    assert answer.because.text() == answer.reason
    assert answer.because.text("zh").startswith(f"未加载代码系统 {FAR}，无法核对“a”；上游术语服务器 tx.example.org")
    assert not answer.because.is_error


_NO_CODE = ("code-invalid", "invalid-code", "Unknown code 'a'")
_NO_MEMBER = ("code-invalid", "not-in-vs", "'a' is not in the value set")
_NO_SYSTEM = ("not-found", "not-found", "no such code system")
_NO_DISPLAY = ("invalid", "invalid-display", "Wrong display")


@respx.mock
@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (rejected(_NO_CODE), OUT),
        (rejected(_NO_SYSTEM), UNKNOWN),
        (rejected(_NO_CODE, x_unknown_system=FAR), UNKNOWN),
        (rejected(_NO_CODE, _NO_SYSTEM), UNKNOWN),
        (rejected(("exception", "version-error", "another version")), UNKNOWN),
        (rejected(("invalid", "", "?")), UNKNOWN),
        (rejected(_NO_DISPLAY, display="A"), IN),
        (rejected(_NO_DISPLAY, _NO_CODE), OUT),
    ],
)
def test_a_no_counts_where_its_reason_does(said, verdict):
    respx.post(CODES).respond(json=said)
    answer = _check(CodeQuery("a", FAR))
    assert answer.in_system is verdict
    if verdict is OUT:
        assert answer.because.id == "terminology.unknown-code"
        assert answer.reason == f"'a' is not a code of {FAR}"


@respx.mock
@pytest.mark.parametrize(
    ("said", "verdicts"),
    [
        (rejected(_NO_MEMBER), (UNKNOWN, OUT)),
        (rejected(_NO_MEMBER, _NO_CODE), (OUT, OUT)),
        (rejected(_NO_MEMBER, _NO_SYSTEM), (UNKNOWN, UNKNOWN)),
        (rejected(_NO_MEMBER, x_caused_by_unknown_system=FAR), (UNKNOWN, UNKNOWN)),
        (rejected(("too-costly", "vs-invalid", "too many")), (UNKNOWN, UNKNOWN)),
        (rejected(_NO_DISPLAY, display="A"), (IN, IN)),
    ],
)
def test_so_it_does_for_value_sets(said, verdicts):
    respx.post(MEMBERS).respond(json=said)
    answer = _check(CodeQuery("a", FAR, value_set=f"{HOME}/vs/far"))
    assert (answer.in_system, answer.in_value_set) == verdicts
    if verdicts == (UNKNOWN, OUT):
        assert answer.reason == f"'a' of {FAR} is not in {HOME}/vs/far"


@respx.mock
@pytest.mark.parametrize("holds", [True, False])
@pytest.mark.parametrize("of_value_set", [False, True])
def test_a_no_without_reasons_counts_where_the_server_says_that_it_holds_the_system(holds, of_value_set):
    listed = [{"uri": FAR}] if holds else []
    respx.get(f"{BASE}/metadata").respond(json={"resourceType": "TerminologyCapabilities", "codeSystem": listed})
    respx.post(MEMBERS if of_value_set else CODES).respond(json=parameters(result=False, message="no"))
    answer = _check(CodeQuery("a", FAR, value_set=f"{HOME}/vs/far" if of_value_set else None))
    verdict = answer.in_value_set if of_value_set else answer.in_system
    assert verdict is (OUT if holds else UNKNOWN)


@respx.mock
def test_a_no_with_another_display_is_about_the_display():
    listed = [{"uri": FAR}]
    respx.get(f"{BASE}/metadata").respond(json={"resourceType": "TerminologyCapabilities", "codeSystem": listed})
    respx.post(CODES).respond(json=parameters(result=False, message="no", display="Right"))
    answer = _check(CodeQuery("a", FAR, display="Wrong"))
    assert (answer.in_system, answer.display_ok, answer.displays) == (IN, False, ("Right",))


@respx.mock
def test_a_wrong_display_is_told_with_the_right_one():
    respx.post(CODES).respond(json=rejected(_NO_DISPLAY, display="Right"))
    answer = _check(CodeQuery("a", FAR, display="Wrong"))
    assert (answer.in_system, answer.display_ok, answer.displays) == (IN, False, ("Right",))


@respx.mock
def test_an_inactive_code_is_told():
    respx.post(CODES).respond(json=parameters(result=True, inactive=True))
    assert _check(CodeQuery("a", FAR)).inactive


@respx.mock
def test_text_of_the_server_is_shortened_and_made_safe():
    respx.post(CODES).respond(404, json=outcome(("not-found", "not-found", "\x1b[31m\nline " + "x" * 1_000)))
    reason = _check(CodeQuery("a", FAR)).reason
    assert "\x1b" not in reason
    assert "\n" not in reason
    assert len(reason) < 500


_QUERIES = st.lists(
    st.builds(
        CodeQuery,
        st.sampled_from(["apple", "stone", "a", "b", "c"]),
        st.sampled_from([f"{HOME}/cs/fruit", FAR, None]),
        value_set=st.sampled_from([None, f"{HOME}/vs/fruits", f"{HOME}/vs/far", f"{HOME}/vs/none"]),
    ),
    max_size=12,
)


def _answer(question):
    return parameters(result=True) if question["code"] != "b" else rejected(_NO_CODE, _NO_MEMBER)


@settings(max_examples=30, deadline=None)
@given(_QUERIES, st.booleans())
def test_many_queries_are_answered_in_order_as_each_alone(queries, takes_batches):
    with respx.mock(assert_all_called=False) as router:
        router.get(f"{BASE}/metadata").respond(json=capabilities("batch-validate-code" if takes_batches else "expand"))
        router.post(url__regex=r".*\$batch-validate-code").mock(side_effect=batch_answers(_answer))
        router.post(url__regex=r".*/\$validate-code").mock(
            side_effect=lambda request: httpx.Response(200, json=_answer(asked(request)))
        )
        alone = _codes(cache_seconds=0.0)
        assert _codes().check(queries) == [alone.check([each])[0] for each in queries]


@respx.mock
def test_all_that_is_not_held_goes_in_one_request_for_codes_and_one_for_value_sets():
    respx.get(f"{BASE}/metadata").respond(json=capabilities("batch-validate-code"))
    of_codes = respx.post(f"{BASE}/CodeSystem/$batch-validate-code").mock(side_effect=batch_answers(_answer))
    of_sets = respx.post(f"{BASE}/ValueSet/$batch-validate-code").mock(side_effect=batch_answers(_answer))
    codes = _codes()
    queries = [CodeQuery(code, FAR, value_set=vs) for code in "abc" for vs in (None, f"{HOME}/vs/far")]
    answers = codes.check([CodeQuery("apple", f"{HOME}/cs/fruit"), *queries])
    assert (of_codes.call_count, of_sets.call_count) == (1, 1)
    assert [each.in_system for each in answers[:4:1]] == [IN, IN, IN, OUT]
    sent = json.loads(of_codes.calls.last.request.content)
    assert b"fruit" not in of_codes.calls.last.request.content
    assert len(sent["parameter"]) == 3


def test_what_needs_no_answer_is_answered_here():
    codes, local = _codes(), codes_of(*HELD)
    assert codes.membership(f"{HOME}/vs/fruits") == local.membership(f"{HOME}/vs/fruits")
    assert codes.membership(f"{HOME}/vs/none") is None
    assert codes.system_fault("2.16.840.1.113883.6.1") == local.system_fault("2.16.840.1.113883.6.1")
    assert codes.check([]) == []


def test_resources_of_a_request_are_known_without_asking():
    inside = value_set("inside", within("fruit", "apple"))
    extended = _codes().extended({"#inside": inside})
    assert extended.check([CodeQuery("apple", f"{HOME}/cs/fruit", value_set="#inside")])[0].in_value_set is IN
