from __future__ import annotations

import json
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from plumbline.demo.sending import Answered, NoToken, Sender, Sent, send_all
from plumbline.demo.served import HOST

TAG = {"system": "https://plumbline.dev/fhir/CodeSystem/acceptance", "code": "accepted-with-issues"}


def _issue(text: str) -> dict:
    details = {"coding": [{"code": "binding.required"}], "text": text}
    issue = {"severity": "error", "code": "code-invalid", "details": details, "expression": ["Patient.name[1].use"]}
    return {"resourceType": "OperationOutcome", "issue": [{**issue, "severity": "warning"}, issue]}


ANSWERS = {
    "/fhir/Patient/good": (200, {"resourceType": "Patient"}),
    "/fhir/Patient/fair": (201, {"resourceType": "Patient", "meta": {"tag": [TAG]}}),
    "/fhir/Patient/bad": (422, _issue("wrong")),
    "/fhir": (200, {"entry": [{"response": {"status": "201"}}, {"response": {"status": "422"}}]}),
    "/fhir/Patient/$validate": (200, _issue("不对")),
}


class _Scripted(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/auth/token":
            known = self.headers["authorization"] == "Basic aGlzOnNlY3JldA=="
            status, body = (200, {"access_token": "t"}) if known else (401, {"error": "invalid_client"})
        else:
            status, body = ANSWERS[self.path]
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_PUT = _answer  # noqa: N815

    def log_message(self, *_said: object) -> None:
        pass


@contextmanager
def _scripted():
    with ThreadingHTTPServer((HOST, 0), _Scripted) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


def _sent(name: str) -> Sent:
    return Sent("PUT", f"Patient/{name}", b"{}")


def test_an_answer_says_accepted_warned_or_refused():
    with _scripted() as port:
        good, fair, bad = send_all(port, "his", "secret", map(_sent, ("good", "fair", "bad")))
    assert (good, fair.verdict, bad.verdict) == (Answered("accepted"), "warned", "refused")
    assert bad.reason.text == "Patient.name[1].use: wrong"
    assert bad.reason.kind[:2] == ("binding.required", "Patient.name.use")


def test_a_batch_tells_of_each_record_whether_it_was_accepted():
    records = [{"resourceType": "Patient", "id": each} for each in ("good", "bad")]
    with _scripted() as port:
        connection = HTTPConnection(HOST, port, timeout=5)
        assert Sender(connection, "his", "secret", "en").send_batch(records) == [True, False]


def test_reasons_are_told_in_the_language_that_is_asked_for():
    with _scripted() as port:
        (bad,) = send_all(port, "his", "secret", [_sent("bad")], "zh")
    assert bad.reason.text == "Patient.name[1].use: 不对"


def test_a_wrong_secret_gives_no_token():
    with _scripted() as port, pytest.raises(NoToken, match=r"his got no token: 401, invalid_client"):
        Sender(HTTPConnection(HOST, port, timeout=5), "his", "wrong", "en")
