from __future__ import annotations

import pytest

from tests.registry.http.client import told

pytestmark = pytest.mark.anyio
ROSTER = {"members": [{"name": "李娜", "share": "1/3"}], "day": "2026-03-02"}


async def test_what_is_sent_is_checked_and_read(client):
    body = {**ROSTER, "at": "2026-03-02T09:00:00+08:00", "quorum": 3, "open": True, "kind": "letter", "notes": "a\nb"}
    seen = (await client.ask("addRoster", body)).json()["seen"]
    assert seen == {**body, "at": "2026-03-02T01:00:00+00:00"}


async def test_all_that_is_wrong_with_a_body_is_told_at_once(client):
    body = {
        "members": [{"name": " "}, {"name": "x", "share": "half"}, {"nam": "x"}],
        "at": "2026-03-02T09:00:00",
        "quorum": 3.5,
        "open": "yes",
        "kind": None,
        "notes": "a\x00b",
    }
    answer = await client.ask("addRoster", body)
    assert answer.status_code == 422
    assert {each["where"]: each["sentence"] for each in answer.json()["errors"]} == {
        "members[0].name": "found  ; expected a text of 1 to 20 characters",
        "members[1].share": "found half; expected a text like [0-9]+/[0-9]+",
        "members[2].nam": "found x; expected no such member, but name, share",
        "members[2].name": "found nothing; expected a value",
        "day": "found nothing; expected a value",
        "at": "found 2026-03-02T09:00:00; expected an instant such as 2026-11-25T09:00:00+08:00",
        "quorum": "found 3.5; expected a whole number from 1 to 9",
        "open": "found yes; expected true or false",
        "kind": "found null; expected one of meeting, letter",
        "notes": "found a\x00b; expected a text without control characters",
    }


@pytest.mark.parametrize("day", ["2026-02-30", "20260302", "2026-3-2", "2026-03-02T00:00:00Z", 20260302, ""])
async def test_a_day_that_is_none_is_refused(client, day):
    assert "day: found" in told(await client.ask("addRoster", {**ROSTER, "day": day}))


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "2026-13-01T00:00:00Z", "2026-W10-1T00:00:00Z", "x"])
async def test_an_instant_that_is_none_is_refused(client, instant):
    assert "at: found" in told(await client.ask("addRoster", {**ROSTER, "at": instant}))


async def test_parameters_are_read_by_their_shapes(client):
    query = {"q": "统计", "count": "20", "open": "true", "kinds": "a,b", "day": "2026-03-02"}
    seen = (await client.ask("lookFor", query=query)).json()["seen"]
    assert seen == {"q": "统计", "count": 20, "open": True, "kinds": ["a", "b"], "day": "2026-03-02"}


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("count=0", "?count: found 0; expected a whole number from 1 to 200"),
        ("count=many", "?count: found many; expected a whole number from 1 to 200"),
        ("kinds=a,c", "?kinds[1]: found c; expected one of a, b"),
        ("q=1&q=2", "?q: found 2; expected the parameter once"),
        ("page=2", "?page: found 2; expected no such parameter, but q, count, open, kinds, day"),
    ],
)
async def test_parameters_that_are_not_as_declared_are_refused(client, query, problem):
    assert told(await client.send("GET", f"rosters?{query}")) == f"422 {problem}"


async def test_a_number_with_slashes_and_spaces_can_stand_in_a_path_and_a_fixed_path_goes_before_it(client):
    answer = (await client.ask("readStandard", number="WS/T 788—2021")).json()
    assert answer == {"seen": "WS/T 788—2021", "labels": {"address": "https://standards.example.org"}}
    assert (await client.ask("readFixed")).json()["seen"] == "fixed"


@pytest.mark.parametrize("name", ["a%00b", "a%1Fb", "x" * 500])
async def test_nothing_has_a_name_that_cannot_be(client, name):
    assert told(await client.send("GET", f"standards/{name}")) == "404 nothing here has such a name"


async def test_a_file_goes_in_and_out_as_it_is(client):
    content = b"a,b\r\n\x00\xff"
    answer = await client.send("PUT", "files", content=content, headers={"content-type": "text/csv; charset=gbk"})
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (
        200,
        content,
        "text/csv; charset=utf-8",
    )


@pytest.mark.parametrize(
    ("headers", "content", "problem"),
    [
        ({"content-type": "text/html"}, b"x", "415 Content-Type is 'text/html'; expected text/csv, application/pdf"),
        ({}, b"x", "415 Content-Type is ''; expected text/csv, application/pdf"),
        ({"content-type": "text/csv"}, b"x" * 1_001, "413 the body is larger than 1000 bytes"),
        (
            {"content-type": "text/csv", "content-encoding": "gzip"},
            b"x",
            "415 Content-Encoding is 'gzip'; expected none",
        ),
    ],
)
async def test_a_file_of_another_kind_or_too_large_is_refused(client, headers, content, problem):
    assert told(await client.send("PUT", "files", content=content, headers=headers)) == problem


async def test_a_body_without_a_length_is_refused_as_soon_as_it_is_too_large(client):
    given = 0

    async def endless():
        nonlocal given
        while True:
            given += 500
            yield b"x" * 500

    answer = await client.send("PUT", "files", content=endless(), headers={"content-type": "text/csv"})
    assert told(answer) == "413 the body is larger than 1000 bytes"
    assert given < 3_000


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b'"x"', b"\xff", b'{"members": [' + b"[" * 300 + b"]" * 300 + b"]}"]
)
async def test_a_body_that_is_no_json_object_is_refused(client, content):
    answer = await client.send("POST", "rosters", content=content, headers={"content-type": "application/json"})
    assert told(answer).startswith("400 the body cannot be read: ")


async def test_a_form_is_no_json_so_that_no_page_of_others_can_send_one(client):
    answer = await client.send("POST", "rosters", data={"members": "x"})
    assert told(answer).startswith("415 Content-Type is 'application/x-www-form-urlencoded'")


async def test_a_body_of_json_has_its_own_bound(client):
    answer = await client.ask("addRoster", {**ROSTER, "notes": "x" * 3_000})
    assert told(answer) == "413 the body is larger than 2000 bytes"


@pytest.mark.parametrize(
    ("kind", "status"),
    [("forbidden", 403), ("missing", 404), ("conflict", 409), ("too-large", 413), ("invalid", 422), ("too-often", 429)],
)
async def test_a_refusal_is_a_problem_with_all_its_sentences_in_the_language_that_is_wanted(client, kind, status):
    english = await client.ask("refuse", kind=kind)
    assert told(english) == f"{status} here: one; here: two"
    assert english.json()["type"] == f"https://plumbline.dev/problems/{kind}"
    chinese = await client.ask("refuse", kind=kind, language="zh-CN,zh;q=0.9")
    assert chinese.json()["detail"] == "一；二"
    assert (chinese.headers["content-language"], english.headers["content-language"]) == ("zh", "en")
    assert chinese.json()["title"] != english.json()["title"]


async def test_a_store_that_does_not_answer_is_told_so(client):
    away, full = await client.ask("fail", how="away"), await client.ask("fail", how="full")
    assert told(away) == "503 the store does not answer now; nothing was changed"
    assert away.headers["retry-after"] == "1"
    assert told(full) == "507 there is no room left to keep anything"


async def test_a_mistake_of_ours_is_told_without_what_it_was(client):
    answer = await client.ask("fail", how="wrong")
    assert answer.status_code == 500
    assert "secret" not in answer.text


async def test_what_is_not_there_and_what_is_not_possible_are_problems(client):
    assert told(await client.send("GET", "nothing")) == "404 there is nothing at /api/nothing"
    answer = await client.send("PATCH", "rosters")
    assert told(answer).startswith("405 PATCH is not possible at /api/rosters; possible: ")
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}
    assert (await client.send("HEAD", "rosters")).status_code == 200


async def test_numbers_sentences_and_dates_are_written_as_they_are(client):
    answer = await client.ask("readNumbers")
    assert answer.text == '{"seen":[1.10,{"en":"one","zh":"一"},"2026-03-02"]}'


async def test_the_public_is_held_back_by_address(client):
    for _ in range(3):
        assert (await client.ask("readStandard", number="x")).status_code == 200
    answer = await client.ask("readStandard", number="x")
    assert told(answer) == "429 there were too many requests from this address; try again in 20 s"
    assert answer.headers["retry-after"] == "20"
    assert (await client.ask("readFixed")).status_code == 200
