from __future__ import annotations

import pytest

from tests.fhir_server.world import BLOOD, Server, parameters, told

NEW = {**BLOOD, "url": "http://example.org/new", "concept": [{"code": "O", "display": "O型"}]}
ASKED = parameters(system=("valueUri", NEW["url"]), code=("valueCode", "O"))
ALONG = {"name": "tx-resource", "resource": NEW}
WITH_NEW = {**ASKED, "parameter": [*ASKED["parameter"], ALONG]}


def start(server, *rows):
    answered = server.post("$cache-control?mode=start", {"resourceType": "Parameters", "parameter": list(rows)}).json()
    return next(each["valueId"] for each in answered["parameter"] if each["name"] == "cache-id")


def lookup(server, cache_id, asked=ASKED):
    return server.post("CodeSystem/$lookup", asked, headers={"x-cache-id": cache_id})


def check(server, cache_id):
    answered = server.get("$cache-control?mode=check", headers={"x-cache-id": cache_id}).json()["parameter"]
    return {each["name"]: next(value for key, value in each.items() if key not in ("name",)) for each in answered}


def test_what_was_sent_at_the_start_is_meant_later(server):
    cache_id = start(server, ALONG)
    assert lookup(server, cache_id).status_code == 200
    assert server.post("CodeSystem/$lookup", ASKED).status_code == 404


def test_what_was_sent_with_an_operation_is_meant_later(server):
    cache_id = start(server)
    assert lookup(server, cache_id).status_code == 404
    assert lookup(server, cache_id, WITH_NEW).status_code == 200
    assert lookup(server, cache_id).status_code == 200


def test_what_is_sent_anew_takes_the_place_of_the_old(server):
    cache_id = start(server, ALONG)
    newer = {**NEW, "concept": [{"code": "O", "display": "O 型"}]}
    asked = {**ASKED, "parameter": [*ASKED["parameter"], {"name": "tx-resource", "resource": newer}]}
    for sent in (asked, ASKED):
        assert lookup(server, cache_id, sent).json()["parameter"][1]["valueString"] == "O 型"
    assert check(server, cache_id)["resource-count"] == 1


def test_a_sealed_cache_takes_no_more(server):
    cache_id = start(server, {"name": "sealed", "valueBoolean": True})
    assert lookup(server, cache_id, WITH_NEW).status_code == 200
    assert lookup(server, cache_id).status_code == 404
    assert check(server, cache_id)["sealed"] is True


def test_an_id_that_we_did_not_give_is_not_found(server):
    assert told(lookup(server, "mine")) == (
        "404 not-found: There is no cache 'mine': it was not started here, was ended, or was not used for too long"
    )


def test_an_end_is_an_end_and_may_be_said_twice(server):
    cache_id = start(server, ALONG)
    for _ in range(2):
        assert server.get("$cache-control?mode=end", headers={"x-cache-id": cache_id}).status_code == 200
    assert lookup(server, cache_id).status_code == 404


def test_a_check_says_whether_it_lives_and_keeps_it_alive(server):
    cache_id = start(server, ALONG)
    server.clock.seconds += 1_000
    assert check(server, cache_id) == {
        "cache-id": cache_id,
        "valid": True,
        "sealed": False,
        "resource-count": 1,
        "idle": 1_000,
        "timeout": 1_800,
    }
    server.clock.seconds += 1_000
    assert check(server, cache_id)["valid"] is True
    server.clock.seconds += 1_801
    assert check(server, cache_id)["valid"] is False
    assert lookup(server, cache_id).status_code == 404


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("$cache-control", "400 required: The parameter 'mode' is missing; expected start, check or end"),
        ("$cache-control?mode=stop", "400 value: The parameter 'mode' is 'stop'; expected start, check or end"),
        (
            "$cache-control?mode=end",
            "400 required: The header X-Cache-Id is missing; expected the id that mode=start gave",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(server, path, message):
    assert told(server.get(path)) == message


def test_more_than_the_limits_is_refused():
    server = Server(cached_clients=1, cached_bytes=100)
    cache_id = start(server)
    assert told(server.get("$cache-control?mode=start")).startswith("429 throttled: No cache can be started: there are")
    assert told(lookup(server, cache_id, WITH_NEW)).startswith("429 throttled: The resources cannot be remembered: the")
