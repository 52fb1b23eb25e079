"""The number, the publication, and what everybody can check of it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from plumbline.demo.registry import stages
from plumbline.demo.registry.people import LEAD
from plumbline.demo.registry.project import Project
from tests.journeys.saying import says

FIRST, SECOND = "T/PLS 1-2025", "T/PLS 1-2026"
WARN, FORCE = 30, 90


def numbered(project: Project) -> None:
    says(project.cannot("publisher", "give-number"), 409, "the edition has no number")
    wrong = {"number": "PL-SAMPLE 1"}
    says(project.refused("giveNumber", wrong, "publisher"), 422, "expected a number such as")
    says(project.refused("giveNumber", {"number": FIRST}, "secretary"), 403, "needs the role N (publication officer)")
    stages.number(project, FIRST)
    assert project.state == "60.00"


def published(project: Project) -> None:
    says(project.refused("publishEdition", {}, "publisher"), 404, "the publication has not been prepared")
    plan = stages.publication(project, warn=WARN, force=FORCE)
    early = {**plan, "inForce": plan["published"]}
    says(project.refused("preparePublication", early, "publisher"), 422, "expected a day after")
    prepared = project.done("preparePublication", plan, "publisher")
    assert (prepared["archive"]["errors"], prepared["archive"]["staging"]) == (0, [])
    says(project.refused("publishEdition", {}, LEAD.login), 403, "'publish' needs the role N")
    says(project.cannot("publisher", "publish"), 422, "publishEdition")
    assert project.answer("readArtefacts", standard=project.standard, edition=project.edition).status == 404
    done = stages.publish(project)
    assert (done["event"]["to"], done["edition"]["number"]) == ("60.60", FIRST)
    says(project.refused("publishEdition", {}, "publisher"), 409, f"{FIRST} is published already")
    says(project.refused("preparePublication", plan, "publisher"), 409, f"{FIRST} is published already")


def downloaded(project: Project, version: str, folder: Path) -> bytes:
    """The bytes are those that were signed, whoever looks; gives them."""
    answer = project.asking.send("GET", f"/packages/cn.plumbline.sample/-/cn.plumbline.sample-{version}.tgz")
    assert answer.status == 200
    content, its = answer.content, {"standard": project.standard, "edition": project.edition}
    archive = project.done("readArtefacts", **its)["archive"]
    assert archive["sha256"] == hashlib.sha256(content).hexdigest()
    pem = project.asking.done("readSigningKey", key=archive["key"])
    signature = project.asking.done("readSignature", **its)
    key = load_pem_public_key(pem)
    key.verify(signature, content, ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        key.verify(signature, content + b"\n", ECDSA(SHA256()))
    if shutil.which("openssl"):
        assert _by_openssl(folder, pem, signature, content) == "Verified OK"
    return content


def _by_openssl(folder: Path, pem: bytes, signature: bytes, content: bytes) -> str:
    for name, written in (("key.pem", pem), ("signature", signature), ("package.tgz", content)):
        (folder / name).write_bytes(written)
    command = ["openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "package.tgz"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()
