from __future__ import annotations

import hashlib
import html

import httpx
import pytest
from starlette.applications import Starlette

from registry.packages.routes import package_routes
from tests.registry.api.world import good
from tests.registry.drafting.making import HOME, MANIFEST, code_system, element, package, profile, value_set
from tests.registry.http.client import told

pytestmark = pytest.mark.anyio
URL = f"{HOME}/StructureDefinition/p"


def broken() -> bytes:
    """A profile of an element that Patient does not have."""
    return package(profile(element("Patient.colour", min=1)))


async def uploaded(registry, content, by="lead"):
    return await registry.ask("uploadPackageDraft", None, by, id=registry.project, content=content)


async def test_a_draft_is_compiled_when_it_comes_and_bars_the_way_while_it_has_errors(registry):
    await registry.to_drafting()
    made = await registry.upload(broken())
    assert made["compilation"]["passed"] is False
    finding = next(each for each in made["compilation"]["findings"] if each["severity"] == "error")
    assert "colour" in finding["element"] + finding["sentence"]["en"]
    page = await registry.done("readFindings", None, "lead", id=registry.project, number="1", language="zh")
    assert finding["sentence"]["zh"] in html.unescape(page.decode())
    await registry.file("lead", "draft", "trial-report")
    assert told(await registry.tries("lead", "finish-draft")).startswith("409 finish-draft: the package has errors: ")
    assert (await registry.upload(good()))["draft"]["errors"] == 0
    assert await registry.missing("lead", "finish-draft") == []
    kept = await registry.done("readPackageDraft", None, "lead", id=registry.project, number="1")
    assert kept == made


@pytest.mark.parametrize(
    ("by", "content", "sentence"),
    [
        ("", good(), "401 "),
        ("s", good(), "403 uploading a draft of the package needs the role LU (lead unit)"),
        ("lead", b"PK", "422 the package cannot be unpacked: "),
        ("lead", b"", "422 the upload is empty"),
    ],
)
async def test_what_is_no_draft_or_not_for_them_is_refused_and_nothing_is_kept(registry, by, content, sentence):
    await registry.to_drafting()
    assert told(await uploaded(registry, content, by)).startswith(sentence)
    assert (await registry.done("listPackageDrafts", None, "lead", id=registry.project))["drafts"] == []


async def test_no_draft_comes_before_the_package_is_begun(registry):
    await registry.proposed()
    group = await registry.done("saveGroup", {"members": []}, "m", id=registry.project)
    await registry.office.granted(
        registry.by["root"], registry.by["lead"].id, "LU", {"kind": "group", "code": group["id"]}
    )
    answer = await uploaded(registry, good())
    assert told(answer).endswith("the state is 'none'; the action start-package begins it")


async def test_two_drafts_are_compared_as_data_and_as_a_page(registry):
    await registry.to_drafting()
    await registry.upload(good())
    await registry.upload(good("2026.0.0-draft.2", min=0))
    asked = {"id": registry.project, "number": "2"}
    difference = await registry.done("comparePackageDrafts", None, "lead", **asked)
    assert (difference["before"], difference["after"]) == (
        "cn.example.draft#2026.0.0-draft.1",
        "cn.example.draft#2026.0.0-draft.2",
    )
    assert "Patient.name" in {each["element"] for each in difference["changes"]}
    page = await registry.ask("comparePackageDrafts", None, "lead", query={"format": "html"}, language="zh", **asked)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "sandbox" in page.headers["content-security-policy"]
    assert "Patient.name" in page.text
    same = await registry.done("comparePackageDrafts", None, "lead", query={"from": 2}, **asked)
    assert same["changes"] == []


async def test_artefacts_are_rendered_for_readers(registry):
    await registry.to_drafting()
    await registry.upload(package(profile(element("Patient.name", min=1)), code_system("red"), value_set("red")))
    asked = {"id": registry.project, "number": "1"}
    artefacts = (await registry.done("listDraftArtefacts", None, "lead", **asked))["artefacts"]
    assert {each["type"] for each in artefacts} == {"StructureDefinition", "CodeSystem", "ValueSet"}
    for each in artefacts:
        table = await registry.done("readArtefactTable", None, "lead", query={"url": each["url"]}, **asked)
        assert table["rows"]
        query = {"url": each["url"], "format": "html"}
        page = await registry.done("readArtefactTable", None, "lead", query=query, **asked)
        assert page.startswith(b"<!doctype html>")
    for query, sentence in (({}, "422 ?url: found nothing"), ({"url": "http://x"}, "404 there is no profile")):
        answer = await registry.ask("readArtefactTable", None, "lead", query=query, **asked)
        assert told(answer).startswith(sentence)


async def test_the_public_sees_the_draft_on_which_it_comments_and_no_other(registry):
    await registry.to_comment()
    await registry.upload(good("2026.0.0-draft.2"))
    shown = await registry.done("listPackageDrafts", id=registry.project)
    assert ([each["number"] for each in shown["drafts"]], shown["hidden"]) == ([1], 1)
    content = await registry.done("downloadPackageDraft", id=registry.project, number="1")
    assert content == good()
    for number, sentence in (("2", "401 seeing this draft"), ("9", "404 "), ("x", "404 ")):
        answer = await registry.ask("readPackageDraft", id=registry.project, number=number)
        assert told(answer).startswith(sentence)


async def test_a_finished_draft_can_be_installed_for_trial_and_is_no_release(registry):
    await registry.to_drafting()
    await registry.finish_draft()
    name, listed = MANIFEST["name"], {"id": registry.project}
    shelf = Starlette(routes=package_routes(lambda: registry.store))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(shelf), base_url="http://here") as client:
        (draft,) = (await registry.done("listPackageDrafts", None, "lead", **listed))["drafts"]
        assert draft["trial"] == "2026.0.0-draft.1"
        versions = (await client.get(f"/preview/packages/{name}")).json()["versions"]
        archive = (await client.get(f"/preview/packages/{name}/2026.0.0-draft.1")).content
        assert versions["2026.0.0-draft.1"]["dist"]["shasum"] == hashlib.sha1(archive).hexdigest()
        assert (await client.get(f"/packages/{name}")).status_code == 404
        await registry.act("s", "open-comment")
        versions = (await client.get(f"/preview/packages/{name}")).json()["versions"]
        assert list(versions) == ["2026.0.0-draft.1"], "the same draft is tried under one version"


async def test_each_draft_for_comment_has_a_trial_of_its_own(registry):
    await registry.to_drafting()
    await registry.finish_draft()
    await registry.upload(good(max="1"))
    await registry.act("s", "open-comment")
    drafts = (await registry.done("listPackageDrafts", id=registry.project))["drafts"]
    assert [(each["number"], each["trial"]) for each in drafts] == [(2, "2026.0.0-draft.2")]
