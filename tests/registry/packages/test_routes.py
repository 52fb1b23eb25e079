from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from xml.etree import ElementTree as Xml

import httpx
import pytest
from starlette.applications import Starlette

from fhir_kernel.errors import StoreUnavailable
from registry.packages.routes import canonical_routes, package_routes
from tests.registry.packages.world import CANONICAL, NAME, PROFILE, opened, profile, publish

pytestmark = pytest.mark.anyio
HOST = "http://standards.example.cn"
AT = f"{HOST}/packages"
TGZ = "application/tar+gzip"


def client_of(store, public_address=""):
    routes = [*package_routes(lambda: store, public_address), *canonical_routes(lambda: store, public_address)]
    return httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=routes)), base_url=HOST)


@pytest.fixture
async def client(store):
    await publish(store, opened("2021.0.0", profile(version="2021.0.0")))
    await publish(store, opened("2022.0.0", profile(version="2022.0.0")), days=365)
    await publish(store, opened("2023.0.0-draft.1", profile(version="2023.0.0")), days=400)
    async with client_of(store) as made:
        yield made


CONTENT = opened("2021.0.0", profile(version="2021.0.0")).content


async def test_a_package_is_listed_with_its_releases(client):
    answer = await client.get(f"/packages/{NAME}", headers={"Accept": "application/json, text/plain, */*"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    told = answer.json()
    assert (told["_id"], told["name"], told["dist-tags"]) == (NAME, NAME, {"latest": "2022.0.0"})
    assert told["description"] == "示例 package"
    assert list(told["versions"]) == ["2021.0.0", "2022.0.0"]
    assert told["time"]["2021.0.0"] == told["time"]["created"] == "2026-11-25T08:00:00+00:00"
    version = told["versions"]["2021.0.0"]
    expected = {
        "name": NAME,
        "version": "2021.0.0",
        "description": "示例 package",
        "fhirVersion": "4.0.1",
        "canonical": CANONICAL,
        "kind": "IG",
        "type": "fhir.ig",
        "date": "2026-11-25T08:00:00+00:00",
        "url": f"{AT}/{NAME}/2021.0.0",
        "dependencies": {"hl7.fhir.r4.core": "4.0.1"},
    }
    assert expected.items() <= version.items()
    assert version["dist"] == {
        "tarball": f"{AT}/{NAME}/-/{NAME}-2021.0.0.tgz",
        "shasum": hashlib.sha1(CONTENT, usedforsecurity=False).hexdigest(),
        "integrity": "sha512-" + base64.b64encode(hashlib.sha512(CONTENT).digest()).decode(),
        "fileSize": len(CONTENT),
    }
    assert "unlisted" not in answer.text


ACCEPTED = (
    (None, TGZ),
    ("*/*", TGZ),
    ("application/json", "application/json"),
    ("application/json, text/plain", "application/json"),
    ("application/json, text/plain, */*", TGZ),
    ("application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*", TGZ),
    ("application/tar+gzip", TGZ),
)


@pytest.mark.parametrize(("accept", "media_type"), ACCEPTED)
async def test_a_version_is_its_archive_unless_json_alone_is_accepted(client, accept, media_type):
    request = client.build_request("GET", f"/packages/{NAME}/2021.0.0")
    del request.headers["accept"]
    if accept is not None:
        request.headers["accept"] = accept
    answer = await client.send(request)
    assert (answer.headers["content-type"], answer.headers["vary"]) == (media_type, "Accept")
    if media_type == TGZ:
        assert answer.content == CONTENT
    else:
        assert answer.json()["dist"]["tarball"] == f"{AT}/{NAME}/-/{NAME}-2021.0.0.tgz"


@pytest.mark.parametrize("path", [f"{NAME}/-/{NAME}-2021.0.0.tgz", f"{NAME}/2021.0.0/package.tgz"])
async def test_an_archive_comes_whole_whatever_is_accepted_and_says_how_to_check_it(client, path):
    answer = await client.get(f"/packages/{path}", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, TGZ, CONTENT)
    sha256 = hashlib.sha256(CONTENT)
    assert answer.headers["etag"] == f'"{sha256.hexdigest()}"'
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-length"] == str(len(CONTENT))
    assert f"sha-256=:{base64.b64encode(sha256.digest()).decode()}:" in answer.headers["repr-digest"]
    assert "sha-512=:" in answer.headers["repr-digest"]


@pytest.mark.parametrize("path", [f"{NAME}", f"{NAME}/-/{NAME}-2021.0.0.tgz", f"{NAME}/2021.0.0", "catalog?op=find"])
async def test_what_a_client_has_already_is_not_sent_again(client, path):
    answer = await client.get(f"/packages/{path}")
    tag = answer.headers["etag"]
    for asked in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await client.get(f"/packages/{path}", headers={"If-None-Match": asked})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await client.get(f"/packages/{path}", headers={"If-None-Match": '"other"'})).status_code == 200


@pytest.mark.parametrize("path", [f"{NAME}", f"{NAME}/-/{NAME}-2021.0.0.tgz", f"{NAME}/2021.0.0", "nothing.here"])
async def test_head_tells_the_same_without_the_content(client, path):
    got, head = await client.get(f"/packages/{path}"), await client.head(f"/packages/{path}")
    assert (head.status_code, head.headers) == (got.status_code, got.headers)


async def test_the_catalogue_is_an_array_with_dates_that_have_an_offset(client):
    answer = await client.get("/packages/catalog", params={"op": "find", "name": "patient"})
    (entry,) = answer.json()
    assert (entry["name"], entry["version"], entry["kind"]) == (NAME, "2022.0.0", "IG")
    assert datetime.fromisoformat(entry["date"]).utcoffset() is not None
    assert (await client.get("/packages/catalog?op=find&name=none")).json() == []
    assert (await client.get("/packages/catalog?name=patient&prerelease=false")).json() == [entry]
    answer = await client.get("/packages/catalog?lucky=1", headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 400
    assert "目录没有参数" in answer.json()["error"]


async def test_versions_for_trial_are_below_preview_alone_beside_the_releases(client):
    draft = "2023.0.0-draft.1"
    assert (await client.get(f"/packages/{NAME}/{draft}")).status_code == 404
    assert (await client.get(f"/packages/{NAME}/-/{NAME}-{draft}.tgz")).status_code == 404
    told = (await client.get(f"/preview/packages/{NAME}")).json()
    assert list(told["versions"]) == ["2021.0.0", "2022.0.0", draft]
    assert told["dist-tags"]["latest"] == draft
    tarball = told["versions"][draft]["dist"]["tarball"]
    assert tarball == f"{HOST}/preview/packages/{NAME}/-/{NAME}-{draft}.tgz"
    assert (await client.get(tarball)).content == opened(draft, profile(version="2023.0.0")).content
    (found,) = (await client.get("/preview/packages/catalog?op=find")).json()
    assert found["version"] == draft


HOSTILE = (
    *("nothing.here", "nothing.here/1.0.0", f"{NAME}/9.9.9", f"{NAME}/latest", f"{NAME}/-/{NAME}-9.9.9.tgz"),
    *(
        f"{NAME}/-/other-2021.0.0.tgz",
        f"{NAME}/-/package.tgz",
        f"{NAME}/-/",
        f"{NAME}%2f2021.0.0",
        f"{NAME}/2021.0.0%00",
    ),
    *("@scope%2fname", "@scope%2Fname/-/name-1.0.0.tgz", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd"),
    *("..%5c..%5cetc", "cn.nhc\u0430", "Cn.Example.Patient", "a." * 4000 + "a", f"{NAME}/" + "1" * 4000, "%00", "%ff"),
    *(f"{NAME}/2021.0.0/package.tgz/x", "-/ping", "catalog/x"),
)


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: ascii(path[:40]))
@pytest.mark.parametrize("base", ["/packages", "/preview/packages"])
async def test_what_is_not_there_is_told_as_json(client, base, path):
    answer = await client.get(f"{base}/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")
    assert answer.json() == {"error": "there is no such package, version or artefact here"}


async def test_addresses_are_those_that_are_set_or_that_were_asked(client, store):
    other = await client.get(f"/packages/{NAME}", headers={"Host": "other.cn:8080"})
    assert other.json()["versions"]["2021.0.0"]["dist"]["tarball"].startswith("http://other.cn:8080/packages/")
    async with client_of(store, "https://public.cn") as behind:
        told = (await behind.get(f"/preview/packages/{NAME}")).json()
    assert told["versions"]["2021.0.0"]["dist"]["tarball"].startswith("https://public.cn/preview/packages/")


async def test_the_feed_tells_releases_the_newest_first(client, store):
    hostile = opened("1.0.0", profile("http://x.cn/1"), name="cn.example.odd", description="<b>&\x00\x1b]]>")
    await publish(store, hostile, days=500)
    core = opened("4.0.1", profile("http://hl7.org/fhir/x"), name="hl7.fhir.r4.core")
    await publish(store, core, is_mirrored=True)
    answer = await client.get("/package-feed.xml")
    assert answer.headers["content-type"] == "application/rss+xml"
    channel = Xml.fromstring(answer.content).find("channel")
    items = channel.findall("item")
    assert [each.findtext("title") for each in items] == [
        "cn.example.odd#1.0.0",
        f"{NAME}#2022.0.0",
        f"{NAME}#2021.0.0",
    ]
    assert items[0].findtext("description") == "<b>&\ufffd\ufffd]]>"
    last = items[-1]
    assert (await client.get(last.findtext("link"))).content == CONTENT
    assert last.findtext("pubDate") == "Wed, 25 Nov 2026 08:00:00 GMT"
    assert last.findtext("{http://hl7.org/fhir/feed}version") == "4.0.1"
    assert last.findtext("{http://hl7.org/fhir/feed}kind") == "IG"


async def test_the_history_of_a_package_is_at_its_canonical_address(client):
    answer = await client.get("/fhir/patient/package-list.json")
    told = answer.json()
    assert (told["package-id"], told["canonical"]) == (NAME, CANONICAL)
    assert [(each["version"], each.get("current")) for each in told["list"]] == [("2022.0.0", True), ("2021.0.0", None)]
    assert (await client.get(f"{told['list'][1]['path']}/package.tgz")).content == CONTENT
    assert (await client.get("/fhir/other/package-list.json")).status_code == 404
    assert (await client.get("/package-list.json")).status_code == 404


async def test_an_artefact_is_read_at_its_canonical_address(client, store):
    answer = await client.get(PROFILE.removeprefix(HOST))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/fhir+json")
    assert json.loads(answer.content) == profile(version="2022.0.0")
    for asked in ("?version=2021.0.0", "%7C2021.0.0"):
        old = await client.get(PROFILE.removeprefix(HOST) + asked)
        assert old.json() == profile(version="2021.0.0")
    assert (await client.get(PROFILE.removeprefix(HOST) + "?version=2023.0.0")).status_code == 404
    async with client_of(store, "http://standards.example.cn") as behind:
        inner = await behind.get(PROFILE.removeprefix(HOST), headers={"Host": "10.0.0.7:8080"})
    assert inner.status_code == 200
    other = await client.get(PROFILE.removeprefix(HOST), headers={"Host": "other.cn"})
    assert other.status_code == 404


async def test_a_store_that_does_not_answer_is_told():
    class _Gone:
        async def listed(self, *_, **__):
            raise StoreUnavailable("gone")

    async with client_of(_Gone()) as client:
        answer = await client.get(f"/packages/{NAME}")
    assert (answer.status_code, answer.json()) == (503, {"error": "the store does not answer; try again later"})
