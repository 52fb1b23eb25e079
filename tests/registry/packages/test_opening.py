from __future__ import annotations

import base64
import gzip
import hashlib
import json

import pytest

from fhir_kernel.packages.archive import ArchiveLimits
from fhir_kernel.packages.documents import Document
from fhir_kernel.packages.pack import pack
from registry.packages.opening import open_package
from registry.refusal import Refused
from tests.registry.packages.world import CANONICAL, LIMITS, NAME, PROFILE, archive, manifest, profile


def refusal(content, limits=LIMITS):
    with pytest.raises(Refused) as caught:
        open_package(content, limits)
    assert caught.value.kind == "invalid"
    (sentence,) = caught.value.sentences
    assert sentence.zh
    return caught.value.where, sentence.en


def test_a_package_is_described_by_its_manifest():
    opened = open_package(archive(manifest(), profile()), LIMITS)
    assert (opened.name, opened.version) == (NAME, "2021.0.0")
    facts = opened.facts
    assert (facts.title, facts.description, facts.canonical) == ("Example", "示例 package", CANONICAL)
    assert (facts.type, facts.author, facts.license) == ("fhir.ig", "Example", "CC0-1.0")
    assert (facts.fhir_versions, dict(facts.dependencies)) == (("4.0.1",), {"hl7.fhir.r4.core": "4.0.1"})


def test_what_the_manifest_has_of_other_types_is_passed_over():
    odd = manifest(author={"name": "Office"}, title=7, description=None, canonical=["x"], license={"type": "x"})
    facts = open_package(archive(odd), LIMITS).facts
    assert (facts.author, facts.title, facts.description, facts.canonical, facts.license) == ("Office", "", "", "", "")


def test_its_digests_are_those_of_its_bytes():
    content = archive(manifest())
    digests = open_package(content, LIMITS).digests
    assert digests.sha1 == hashlib.sha1(content, usedforsecurity=False).hexdigest()
    assert digests.sha256 == hashlib.sha256(content).hexdigest()
    assert digests.sha512 == base64.b64encode(hashlib.sha512(content).digest()).decode()
    assert digests.size == len(content)


def test_artefacts_are_what_has_a_canonical_address_in_the_folder_package():
    example = Document("package/example/a.json", json.dumps(profile("http://x.cn/elsewhere")).encode())
    index = Document("package/.index.json", b'{"index-version": 2}')
    plain = {"resourceType": "Patient", "id": "p"}
    strange = [profile(url) for url in ("", "http://x.cn/a|1", "http://x.cn/a b", "http://x.cn/a#b", "u" * 1001)]
    for number, each in enumerate(strange):
        each["id"] = f"s{number}"
    content = archive(manifest(), profile(), plain, *strange, files=[example, index])
    (artefact,) = open_package(content, LIMITS).artefacts
    assert (artefact.url, artefact.version, artefact.type, artefact.id) == (
        *(PROFILE, "2021.0.0", "StructureDefinition"),
        "example-patient",
    )
    assert artefact.digest == hashlib.sha256(json.dumps(profile()).encode()).hexdigest()


def test_two_artefacts_of_one_canonical_address_are_refused():
    other = {**profile(), "id": "other"}
    where, said = refusal(archive(manifest(), profile(), other))
    assert where == "package/StructureDefinition-other.json"
    assert said == f"{PROFILE} (version 2021.0.0) is in package/StructureDefinition-example-patient.json already"


def test_a_file_that_is_not_json_is_named():
    where, said = refusal(archive(manifest(), files=[Document("package/a.json", b"{")]))
    assert where == "package/a.json"
    assert said.startswith("it is not JSON")


def test_a_package_without_manifest_is_refused():
    assert refusal(pack([Document("package/a.json", b"{}")])) == (
        "package/package.json",
        "the package has no package/package.json",
    )


@pytest.mark.parametrize("bytes_", [b"{", b"[]", b'{"name": "Upper.Case", "version": "1.0.0"}'])
def test_a_manifest_that_cannot_be_used_is_refused(bytes_):
    where, _ = refusal(pack([Document("package/package.json", bytes_)]))
    assert where == "package/package.json"


def test_what_leads_out_of_the_package_is_refused():
    _, said = refusal(archive(manifest(), files=[Document("package/../../a.json", b"{}")]))
    assert "leads out of the package" in said


def test_a_bomb_is_refused():
    content = gzip.compress(b"\0" * 300_000_000)
    assert "allowed" in refusal(content)[1]
    assert "allowed" in refusal(archive(manifest(filler="x" * 5000)), ArchiveLimits(file=1000))[1]


def test_what_is_no_archive_is_refused():
    assert "is not a .tgz archive" in refusal(b"PK\x03\x04")[1]
