from __future__ import annotations

import io
import zipfile

import pytest

from tests.registry.api.world import TEXT
from tests.registry.drafting.making import CONTENT_TYPES
from tests.registry.http.client import told

pytestmark = pytest.mark.anyio


async def filed(registry, by="s", kind="triage-opinion", name="x.md", content=TEXT, **more):
    query = {each: value for each, value in (("kind", kind), ("name", name)) if value}
    return await registry.ask("fileDocument", None, by, id=registry.project, query=query, content=content, **more)


def bomb() -> bytes:
    """A DOCX of a few kilobytes that unpacks to 400 MB."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("word/document.xml", b" " * 400_000_000)
    return written.getvalue()


async def test_a_text_is_known_by_its_bytes_whatever_its_name_says(registry):
    await registry.proposed()
    answer = (await filed(registry, name="意见.pdf")).json()
    assert (answer["document"]["mediaType"], answer["text"]["kind"]) == ("text/markdown; charset=utf-8", "markdown")
    assert [each["title"] for each in answer["text"]["clauses"]] == ["范围", "要求", "身份证号"]
    again = await registry.done("readClauses", None, "s", id=registry.project, document=answer["document"]["id"])
    assert again == answer["text"]


async def test_a_document_is_given_back_to_be_saved_and_never_to_be_run(registry):
    await registry.proposed()
    id_ = (await filed(registry, name='意见"\\../x.md')).json()["document"]["id"]
    answer = await registry.ask("downloadDocument", None, "s", id=registry.project, document=id_)
    assert answer.content == TEXT
    assert answer.headers["x-content-type-options"] == "nosniff"
    said = answer.headers["content-disposition"]
    assert said.startswith("attachment; filename=\"x.md\"; filename*=UTF-8''%E6%84%8F")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"by": ""}, "401 this needs a person who is logged in"),
        ({"by": "n"}, "403 filing 'opinion on the proposal' needs the role S (secretariat of the committee)"),
        ({"kind": "poem"}, "422 kind: there is no document 'poem'; expected one of proposal, triage-opinion"),
        ({"kind": ""}, "422 ?kind: found nothing; expected a value"),
        ({"name": " "}, "422 ?name: found nothing; expected a value"),
        ({"content": b"\x00\x01\x02"}, "422 the file is none of PDF, DOCX, Markdown and plain text in UTF-8"),
        ({"content": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}, "422 the file is an old Word document"),
        ({"media_type": "image/png"}, "415 Content-Type is 'image/png'; expected"),
        ({"content": b"x" * 50_000_001}, "413 the body is larger than 50000000 bytes"),
    ],
)
async def test_what_may_not_be_filed_is_refused_and_nothing_is_kept(registry, more, sentence):
    await registry.proposed()
    assert told(await filed(registry, **more)).startswith(sentence)
    found = (await registry.done("listDocuments", None, "s", id=registry.project))["documents"]
    assert [each["kind"] for each in found] == ["proposal"]


async def test_what_the_registry_writes_itself_is_not_uploaded(registry):
    await registry.proposed()
    for kind in ("consulted-parties", "comment-table", "ballot-papers", "review-minutes", "roster"):
        said = told(await filed(registry, kind=kind))
        assert said.startswith("422 ?kind: '"), said
        assert f'generated-documents {{"kind": "{kind}"}} (generateDocument)' in said


async def test_a_docx_that_is_a_zip_bomb_is_refused(registry):
    await registry.proposed()
    assert told(await filed(registry, content=bomb())).startswith(
        "422 docx: the DOCX cannot be accepted: unpacks to 400000220 bytes"
    )


async def test_more_than_is_allowed_is_not_even_read_when_nobody_said_how_much_comes(registry):
    await registry.proposed()
    sent = 0

    async def endless():
        nonlocal sent
        while True:
            sent += 1_000_000
            yield b"x" * 1_000_000

    answer = await registry.client.send(
        "POST",
        f"projects/{registry.project}/documents?kind=triage-opinion&name=x",
        token=await registry.token("s"),
        content=endless(),
        headers={"content-type": "text/plain"},
    )
    assert told(answer).startswith("413 the upload has")
    assert answer.headers["connection"] == "close", "nothing more of it is wanted"
    assert sent <= 52_000_000


async def test_nothing_is_filed_for_what_has_ended(registry):
    await registry.proposed()
    await registry.act("s", "take-up")
    await registry.file("s", "triage-opinion")
    await registry.act("s", "reject-proposal", "no")
    assert told(await filed(registry)) == "409 the project has ended; nothing is filed any more"


async def test_the_public_sees_what_was_put_before_it_and_how_much_it_does_not_see(registry):
    await registry.to_comment()
    shown = await registry.done("listDocuments", id=registry.project)
    kinds = {each["kind"] for each in shown["documents"]}
    assert kinds == {"public-notice", "comment-draft", "explanation", "comment-notice"}
    inside = await registry.done("listDocuments", None, "s", id=registry.project)
    assert len(inside["documents"]) == len(shown["documents"]) + shown["hidden"]
    hidden = next(each for each in inside["documents"] if each["kind"] == "proposal")
    answer = await registry.ask("downloadDocument", id=registry.project, document=hidden["id"])
    assert told(answer).startswith("401 seeing this document needs one of the roles S")
    answer = await registry.ask("downloadDocument", None, "user", id=registry.project, document=hidden["id"])
    assert told(answer).startswith("403 seeing this document needs one of the roles S")
    assert told(await registry.ask("readClauses", None, "s", id=registry.project, document="none")).startswith("404 ")


async def test_the_registry_writes_no_table_of_what_there_is_not(registry):
    await registry.proposed()
    for kind, by, sentence in (
        ("comment-table", "s", "409 there was no public comment yet"),
        ("roster", "s", "409 there was no ballot yet"),
        ("roster", "n", "403 filing 'roster' needs the role S"),
    ):
        answer = await registry.ask("generateDocument", {"kind": kind}, by, id=registry.project)
        assert told(answer).startswith(sentence)
