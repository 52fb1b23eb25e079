from __future__ import annotations

import asyncio

from tests.fhir_server.world import SEX, Server, told


def test_a_request_keeps_the_id_that_it_came_with(server):
    given = server.get("metadata", headers={"x-request-id": "txTests:suite/a-1"})
    assert given.headers["x-request-id"] == "txTests:suite/a-1"
    assert server.log[-1]["request"] == "txTests:suite/a-1"


def test_an_id_that_could_spoil_a_log_is_replaced(server):
    for bad in ('a"b', "a b", "x" * 200, ""):
        assert server.get("metadata", headers={"x-request-id": bad}).headers["x-request-id"] not in ("", bad)


def test_answers_have_safe_headers(server):
    headers = server.get("nowhere").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["access-control-allow-origin"] == "*"


def test_a_browser_may_ask_what_it_may_do(server):
    response = server.send("OPTIONS", "CodeSystem")
    assert response.status_code == 204
    assert response.headers["access-control-allow-methods"] == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"


def test_what_went_wrong_inside_stays_inside(server, capsys):
    response = server.get("CodeSystem/$subsumes", headers={"x-request-id": "r1"})
    assert told(response) == ("500 exception: The server could not answer; this has been written down as request r1")
    assert "secret" not in response.text
    assert "request r1 failed" in capsys.readouterr().err


def test_the_log_has_neither_bodies_nor_queries(server):
    server.get(f"CodeSystem/$lookup?system={SEX['url']}&code=1")
    line = server.log[-1]
    assert line["path"] == "/fhir/CodeSystem/$lookup"
    assert (line["method"], line["status"], line["ms"]) == ("GET", 200, 0.0)
    assert set(line) == {"method", "path", "status", "ms", "request"}


def test_a_body_beyond_the_limit_is_refused_declared_or_not():
    server = Server(body_bytes=100)

    async def pieces():
        for _ in range(5):
            yield b"x" * 50

    for content in (b"x" * 200, pieces()):
        response = server.send("POST", "CodeSystem/$lookup", content=content)
        assert told(response) == "413 too-long: The body is larger than 100 bytes"


def test_what_takes_too_long_is_given_up_and_others_are_answered():
    server = Server(operation_seconds=0.05)
    waiting = [("GET", "ValueSet/$compare", {})] * 70
    quick = ("GET", f"CodeSystem/$lookup?system={SEX['url']}&code=1", {})
    *slow, answered = asyncio.run(server.send_all([*waiting, quick]))
    server.terminology.released.set()
    assert answered.status_code == 200
    assert {each.status_code for each in slow} == {503, 429}
    messages = {told(each) for each in slow}
    assert "503 timeout: The answer takes more than 0.05 seconds; ask for less" in messages
    assert "429 throttled: 64 requests that take long are being answered already" in messages
