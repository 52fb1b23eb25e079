from __future__ import annotations

from http.client import HTTPConnection

import pytest

from plumbline.demo.served import HOST, served
from plumbline.serving import CannotServe


async def _answers(scope, receive, send):
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def _does_not_start(_scope, receive, send):
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no store"})


def _status(port: int) -> int:
    connection = HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_server_answers_within_the_block_and_not_after_it():
    with served(_answers) as port:
        assert _status(port) == 204
    with pytest.raises(ConnectionRefusedError):
        _status(port)


def test_it_is_at_the_port_that_is_asked_for_or_at_another_where_that_is_taken():
    with served(_answers) as taken:
        pass
    with served(_answers, taken) as first, served(_answers, taken) as second:
        assert first == taken != second
        assert (_status(first), _status(second)) == (204, 204)


def test_it_stops_where_the_block_fails():
    with pytest.raises(KeyboardInterrupt), served(_answers) as port:
        raise KeyboardInterrupt
    with pytest.raises(ConnectionRefusedError):
        _status(port)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_application_that_does_not_start_is_told():
    with pytest.raises(CannotServe, match="did not start"), served(_does_not_start):
        pass
