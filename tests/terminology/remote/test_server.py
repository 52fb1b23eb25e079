"""Questions to an upstream server and everything that can come of them."""

from __future__ import annotations

import gzip
import json
import logging
import os
import threading

import httpx
import pytest
import respx

from terminology.remote.reply import Answered, Refused, Unanswered
from terminology.remote.server import question
from tests.terminology.remote.world import (
    BASE,
    CODES,
    MEMBERS,
    TOKEN,
    Clock,
    asked,
    batch,
    batch_answers,
    capabilities,
    outcome,
    parameters,
    rejected,
    remote,
)

_LOOKUP = f"{BASE}/CodeSystem/$lookup"
_YES = parameters(result=True)


def _rows(code: str = "x", system: str = "http://example.org/far") -> list[dict[str, str]]:
    return [{"name": "url", "valueUri": system}, {"name": "code", "valueCode": code}]


def _ask(server, code: str = "x", operation: str = "lookup", resource_type: str = "CodeSystem"):
    return server.ask(question(resource_type, operation, _rows(code)))


@respx.mock
def test_an_answer_is_handed_on_and_the_question_is_fhir():
    route = respx.post(_LOOKUP).respond(json=parameters(display="X"))
    reply = remote().ask(question("CodeSystem", "lookup", _rows(), "zh-CN"))
    assert isinstance(reply, Answered)
    assert reply.resource == parameters(display="X")
    request = route.calls.last.request
    assert asked(request) == {"url": "http://example.org/far", "code": "x"}
    assert request.headers["content-type"] == "application/fhir+json"
    assert request.headers["accept"] == "application/fhir+json"
    assert request.headers["accept-language"] == "zh-CN"
    assert request.headers["user-agent"] == "Plumbline/test"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"


@respx.mock
def test_without_a_token_nothing_is_authorized():
    route = respx.post(_LOOKUP).respond(json=_YES)
    _ask(remote(token=None))
    assert "authorization" not in route.calls.last.request.headers


@respx.mock
def test_decimals_keep_their_digits():
    body = '{"resourceType":"Parameters","parameter":[{"name":"property","valueDecimal":1.10}]}'
    respx.post(_LOOKUP).respond(content=body)
    assert str(_ask(remote()).resource["parameter"][0]["valueDecimal"]) == "1.10"


@respx.mock
@pytest.mark.parametrize("status", [200, 400, 404, 422])
def test_an_operation_outcome_is_a_refusal_and_not_a_failure(status):
    respx.post(_LOOKUP).respond(status, json=outcome(("not-found", "invalid-code", "Unknown code 'x'")))
    server = remote(failures=1)
    reply = _ask(server)
    assert isinstance(reply, Refused)
    assert reply.issues[0]["details"]["text"] == "Unknown code 'x'"
    assert isinstance(_ask(server, "y"), Refused)


_FAILURES = {
    "timeout": ({"side_effect": httpx.ReadTimeout("slow")}, "did not answer within 5 s", "timeout"),
    "connection": (
        {"side_effect": httpx.ConnectError("[Errno 111] Connection refused")},
        "cannot be reached ([Errno 111] Connection refused)",
        "transient",
    ),
    "certificate": (
        {"side_effect": httpx.ConnectError("certificate verify failed")},
        "cannot be reached (certificate verify failed)",
        "transient",
    ),
    "broken off": (
        {"side_effect": httpx.RemoteProtocolError("peer closed connection")},
        "cannot be reached (peer closed connection)",
        "transient",
    ),
    "500": ({"return_value": httpx.Response(500, text="<html>")}, "answered with status 500", "transient"),
    "429": ({"return_value": httpx.Response(429)}, "answered with status 429", "transient"),
    "404": ({"return_value": httpx.Response(404, text="no such page")}, "answered with status 404", "transient"),
    "401": ({"return_value": httpx.Response(401)}, "did not let us in (status 401)", "transient"),
    "redirect": (
        {"return_value": httpx.Response(307, headers={"location": "https://elsewhere.example.com/r4"})},
        "redirects to elsewhere.example.com, which is not followed",
        "transient",
    ),
    "not JSON": (
        {"return_value": httpx.Response(200, text="<html>welcome</html>")},
        "something other than Parameters: ",
        "transient",
    ),
    "no object": ({"return_value": httpx.Response(200, text="[1]")}, "something other than Parameters: ", "transient"),
    "wrong type": (
        {"return_value": httpx.Response(200, json={"resourceType": "Patient"})},
        "something other than Parameters: Patient",
        "transient",
    ),
    "empty outcome": (
        {"return_value": httpx.Response(200, json={"resourceType": "OperationOutcome", "issue": [{}]})},
        "something other than Parameters: OperationOutcome",
        "transient",
    ),
    "bad compression": (
        {"return_value": httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"{}"))},
        "cannot be reached",
        "transient",
    ),
}


@respx.mock
@pytest.mark.parametrize("name", _FAILURES)
def test_every_failure_is_a_reason_in_words_and_in_both_languages(name, caplog):
    caplog.set_level(logging.DEBUG)
    how, said, code = _FAILURES[name]
    respx.post(_LOOKUP).mock(**how)
    reply = _ask(remote())
    assert isinstance(reply, Unanswered)
    assert said in reply.because.text()
    assert reply.because.text().startswith("the upstream terminology server at tx.example.org ")
    assert "上游术语服务器 tx.example.org" in reply.because.text("zh")
    assert reply.because.code == code
    assert not reply.because.is_error
    assert TOKEN not in reply.because.text() + repr(reply) + caplog.text


@respx.mock
def test_a_redirect_is_not_followed():
    respx.post(_LOOKUP).respond(307, headers={"location": "https://elsewhere.example.com/r4"})
    elsewhere = respx.route(host="elsewhere.example.com").respond(json=_YES)
    _ask(remote())
    assert not elsewhere.called


@respx.mock
@pytest.mark.parametrize("compressed", [False, True])
def test_a_huge_answer_is_cut_off(compressed):
    body = json.dumps(parameters(display="x" * 100_000)).encode()
    headers = {"content-encoding": "gzip"} if compressed else {}
    respx.post(_LOOKUP).respond(content=gzip.compress(body) if compressed else body, headers=headers)
    server = remote(answer_bytes=10_000, failures=1)
    reply = _ask(server)
    assert isinstance(reply, Unanswered)
    assert "more than 10000 bytes" in reply.because.text()
    assert isinstance(_ask(server), Unanswered)
    assert "more than 10000 bytes" in _ask(server).because.text()


@respx.mock
def test_an_answer_that_trickles_in_is_given_up():
    clock = Clock()

    class Trickle(httpx.SyncByteStream):
        def __iter__(self):
            while True:
                clock.seconds += 2
                yield b" "

    respx.post(_LOOKUP).mock(return_value=httpx.Response(200, stream=Trickle()))
    assert "did not answer within 5 s" in _ask(remote(clock)).because.text()


@respx.mock
def test_a_huge_question_is_not_asked():
    route = respx.post(_LOOKUP).respond(json=_YES)
    reply = _ask(remote(question_bytes=100), "x" * 200)
    assert isinstance(reply, Unanswered)
    assert "more than the 100" in reply.because.text()
    assert not route.called


@respx.mock
def test_a_server_that_fails_again_and_again_is_left_alone_until_a_trial_goes_well():
    clock = Clock()
    route = respx.post(_LOOKUP).respond(503)
    server = remote(clock, failures=3, rest=30.0)
    for number in range(5):
        reply = _ask(server, str(number))
    assert route.call_count == 3
    assert "failed 3 times in a row and is not asked for 30 s" in reply.because.text()
    clock.seconds += 30
    assert "status 503" in _ask(server).because.text()
    assert "is not asked" in _ask(server).because.text()
    assert route.call_count == 4
    clock.seconds += 30
    route.respond(json=_YES)
    assert isinstance(_ask(server), Answered)
    assert isinstance(_ask(server, "other"), Answered)


@respx.mock
def test_an_answer_is_kept_for_its_time():
    clock = Clock()
    route = respx.post(_LOOKUP).respond(json=_YES)
    server = remote(clock, cache_seconds=100.0)
    _ask(server)
    clock.seconds += 99
    _ask(server)
    assert route.call_count == 1
    clock.seconds += 1
    _ask(server)
    assert route.call_count == 2


@respx.mock
@pytest.mark.parametrize(
    ("status", "answer"),
    [(200, rejected(("code-invalid", "invalid-code", "no"))), (404, outcome(("not-found", "", "")))],
)
def test_a_no_is_kept_for_a_tenth_of_it(status, answer):
    clock = Clock()
    route = respx.post(CODES).respond(status, json=answer)
    server = remote(clock, cache_seconds=100.0)
    _ask(server, operation="validate-code")
    clock.seconds += 9
    _ask(server, operation="validate-code")
    assert route.call_count == 1
    clock.seconds += 1
    _ask(server, operation="validate-code")
    assert route.call_count == 2


@respx.mock
def test_a_failure_is_not_kept():
    route = respx.post(_LOOKUP)
    route.side_effect = [httpx.Response(500), httpx.Response(200, json=_YES)]
    server = remote()
    assert isinstance(_ask(server), Unanswered)
    assert isinstance(_ask(server), Answered)


@respx.mock
def test_the_language_is_part_of_the_question():
    route = respx.post(_LOOKUP).respond(json=_YES)
    server = remote()
    for language in ("zh", "en", "zh"):
        server.ask(question("CodeSystem", "lookup", _rows(), language))
    assert route.call_count == 2


@respx.mock
def test_what_several_ask_at_the_same_time_is_asked_once():
    arrived, go_on = threading.Event(), threading.Event()

    def slowly(_request: httpx.Request) -> httpx.Response:
        arrived.set()
        go_on.wait(10)
        return httpx.Response(200, json=_YES)

    route = respx.post(_LOOKUP).mock(side_effect=slowly)
    server, replies = remote(), []
    threads = [threading.Thread(target=lambda: replies.append(_ask(server))) for _ in range(4)]
    for each in threads:
        each.start()
    assert arrived.wait(10)
    go_on.set()
    for each in threads:
        each.join()
    assert [type(each) for each in replies] == [Answered] * 4
    assert route.call_count == 1


@respx.mock
@pytest.mark.parametrize("resource_type", ["CodeSystem", "ValueSet"])
def test_many_questions_go_in_one_request_where_the_server_takes_batches(resource_type):
    respx.get(f"{BASE}/metadata").respond(json=capabilities("batch-validate-code"))
    route = respx.post(f"{BASE}/{resource_type}/$batch-validate-code").mock(
        side_effect=batch_answers(lambda each: parameters(result=True, display=each["code"].upper()))
    )
    codes = ["a", "b", "a", "c"]
    server = remote()
    replies = server.validate(resource_type, [_rows(code) for code in codes])
    assert [each.resource["parameter"][1]["valueString"] for each in replies] == ["A", "B", "A", "C"]
    assert route.call_count == 1
    assert server.validate(resource_type, [_rows("c"), _rows("b")]) == [replies[3], replies[1]]
    assert route.call_count == 1


@respx.mock
def test_batches_have_a_limit():
    respx.get(f"{BASE}/metadata").respond(json=capabilities("batch-validate-code"))
    route = respx.post(f"{BASE}/CodeSystem/$batch-validate-code").mock(
        side_effect=batch_answers(lambda each: parameters(result=True, display=each["code"]))
    )
    codes = [str(number) for number in range(25)]
    replies = remote(batch=10).validate("CodeSystem", [_rows(code) for code in codes])
    assert [each.resource["parameter"][1]["valueString"] for each in replies] == codes
    assert route.call_count == 3


@respx.mock
def test_a_batch_may_be_named_for_a_resource_type():
    rest = {"resource": [{"type": "CodeSystem", "operation": [{"name": "$batch-validate-code"}]}]}
    respx.get(f"{BASE}/metadata").respond(json={"resourceType": "CapabilityStatement", "rest": [rest]})
    of_codes = respx.post(f"{BASE}/CodeSystem/$batch-validate-code").respond(json=batch([_YES, _YES]))
    single = respx.post(MEMBERS).respond(json=_YES)
    server = remote()
    server.validate("CodeSystem", [_rows("a"), _rows("b")])
    server.validate("ValueSet", [_rows("a"), _rows("b")])
    assert (of_codes.call_count, single.call_count) == (1, 2)


@respx.mock
@pytest.mark.parametrize("metadata", [httpx.Response(200, json=capabilities("expand")), httpx.Response(404)])
def test_without_batches_questions_are_asked_one_by_one_and_answers_keep_the_order(metadata):
    respx.get(f"{BASE}/metadata").mock(return_value=metadata)
    respx.post(CODES).mock(
        side_effect=lambda request: httpx.Response(200, json=parameters(result=True, display=asked(request)["code"]))
    )
    codes = [str(number) for number in range(12)]
    replies = remote().validate("CodeSystem", [_rows(code) for code in codes])
    assert [each.resource["parameter"][1]["valueString"] for each in replies] == codes


@respx.mock
def test_in_a_batch_each_answer_stands_for_itself():
    respx.get(f"{BASE}/metadata").respond(json=capabilities("batch-validate-code"))
    answers = [_YES, outcome(("not-found", "not-found", "no such system")), {"resourceType": "Patient"}]
    respx.post(f"{BASE}/CodeSystem/$batch-validate-code").respond(json=batch(answers))
    replies = remote().validate("CodeSystem", [_rows("a"), _rows("b"), _rows("c")])
    assert [type(each) for each in replies] == [Answered, Refused, Unanswered]


@respx.mock
def test_a_batch_with_an_answer_too_few_answers_nothing():
    respx.get(f"{BASE}/metadata").respond(json=capabilities("batch-validate-code"))
    respx.post(f"{BASE}/CodeSystem/$batch-validate-code").respond(json=batch([_YES]))
    replies = remote().validate("CodeSystem", [_rows("a"), _rows("b")])
    assert all("1 answers to 2 questions" in each.because.text() for each in replies)


@respx.mock
def test_a_server_that_is_down_fails_every_question_of_a_batch_without_being_asked_for_each():
    respx.get(f"{BASE}/metadata").mock(side_effect=httpx.ConnectTimeout("slow"))
    route = respx.post(CODES).mock(side_effect=httpx.ConnectTimeout("slow"))
    replies = remote(failures=3, at_once=1).validate("CodeSystem", [_rows(str(number)) for number in range(50)])
    assert all(isinstance(each, Unanswered) for each in replies)
    assert route.call_count == 2


@respx.mock
@pytest.mark.parametrize(
    ("answer", "held"),
    [
        (httpx.Response(200, json={"resourceType": "TerminologyCapabilities", "codeSystem": [{"uri": "urn:a"}]}), True),
        (httpx.Response(200, json={"resourceType": "TerminologyCapabilities", "codeSystem": [5, {}]}), False),
        (httpx.Response(200, json={"resourceType": "TerminologyCapabilities"}), False),
        (httpx.Response(500), False),
    ],
)
def test_a_server_tells_which_code_systems_it_holds(answer, held):
    respx.get(f"{BASE}/metadata", params={"mode": "terminology"}).mock(return_value=answer)
    assert remote().holds("urn:a") is held


def test_a_closed_server_can_be_asked_again():
    server = remote()
    server.close()
    with respx.mock:
        respx.post(_LOOKUP).respond(json=_YES)
        assert isinstance(_ask(server), Answered)
        server.close()
        assert isinstance(_ask(server, "y"), Answered)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_process_opens_connections_of_its_own():
    with respx.mock:
        respx.post(_LOOKUP).respond(json=_YES)
        server = remote()
        clients = []
        real = httpx.Client.__init__

        def counted(self, *args, **more):
            clients.append(os.getpid())
            real(self, *args, **more)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(httpx.Client, "__init__", counted)
            _ask(server, "a")
            _ask(server, "b")
            child = os.fork()
            if child == 0:
                _ask(server, "c")
                os._exit(len(clients))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
        assert len(clients) == 1
