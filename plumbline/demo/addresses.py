"""The addresses worth opening once the story is told, and how to ask as somebody who is logged in."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from urllib.parse import quote

from plumbline.demo.registry.scene import Scene
from plumbline.demo.served import HOST
from plumbline.demo.words import word
from plumbline.sample import PACKAGE_NAME

EVALUATOR = "evaluator"


def address(scene: Scene) -> str:
    """That of the server."""
    return f"http://{HOST}:{scene.place.asking.port}"


def open_to_all(scene: Scene) -> Iterator[tuple[str, str]]:
    """What anybody may see: the key of the words, and the path."""
    evaluation, first, second = scene.evaluation, scene.first, scene.second
    snapshot = evaluation.snapshots[evaluation.second]
    yield "verification", f"/api/scores/verification/{_digest(scene)}/page?language={scene.language}"
    yield "scores", "/api/scores"
    yield "certificate", f"/api/scores/certificates/{scene.rounds['certificate']}/page?language={scene.language}"
    yield "products", f"/api/scores/{snapshot}/products"
    yield "peers", f"/api/scores/{snapshot}/peers/{evaluation.mender.classification}"
    yield "erratum", f"/api/scores/errata/{scene.rounds['erratum']}"
    yield "standard", f"/api/standards/{first.standard}"
    yield "events", f"/api/projects/{first.id}/events"
    yield "comments", f"/api/consultations/{scene.rounds['comments']}/table?format=html"
    yield "announcement", f"/api/editions/{second.standard}/{second.edition}/announcement"
    yield "rules", f"/api/rules?type=Patient&day={evaluation.first}"
    yield "package", f"/packages/{PACKAGE_NAME}"
    yield "metadata", "/fhir/metadata"


def with_login(scene: Scene) -> Iterator[tuple[str, str]]:
    """What the evaluator may see."""
    evaluation = scene.evaluation
    account = f"/api/scores/{evaluation.snapshots[evaluation.second]}/institutions/{quote(evaluation.mender.id)}"
    yield "explanation", f"{account}/explanation"
    yield "account", account


def login(scene: Scene) -> Iterator[str]:
    """The commands by which somebody asks as the evaluator."""
    body = json.dumps({"login": EVALUATOR, "password": scene.place.passwords[EVALUATOR]})
    header = "Content-Type: application/json"
    log_in = f"curl -s -H {shlex.quote(header)} -d {shlex.quote(body)} {address(scene)}/api/session"
    yield f'TOKEN=$({log_in} | sed \'s/.*"token":"\\([^"]*\\)".*/\\1/\')'
    for key, path in with_login(scene):
        yield f'curl -s -H "Authorization: Bearer $TOKEN" {address(scene)}{path}   # {word(key, scene.language)}'


def _digest(scene: Scene) -> str:
    evaluation = scene.evaluation
    account = evaluation.accounts[evaluation.second][evaluation.members.index(evaluation.mender)]
    digest: str = account["snapshot"]["digest"]
    return digest
