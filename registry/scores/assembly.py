"""The routes of scores, put together over one store."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.enforcement import Judge
from fhir_server.repository import Repository
from registry.api.kit import Kit
from registry.http.route import Route
from registry.publication.signing import Signer
from registry.scores.appeals.routes import appeals_routes
from registry.scores.certificates.routes import certificate_routes
from registry.scores.exports.routes import exports_routes
from registry.scores.inputs.routes import inputs_routes
from registry.scores.running.around import Around
from registry.scores.running.desk import ScoresDesk
from registry.scores.running.routes import running_routes


@dataclass(frozen=True, slots=True)
class ScoreGround:
    """What scores need from the rest of the product; made once in each process."""

    around: Around
    repository: Repository
    """The only writer of FHIR resources; its audit trail is that of people."""
    signer: Signer
    judge: Judge | None
    """By whom reports of tests are validated."""


def score_routes(kit: Kit, ground: ScoreGround) -> list[Route]:
    """All of them, answered."""
    scores = ScoresDesk(kit, ground.around)
    return [
        *running_routes(scores),
        *inputs_routes(kit, ground.judge),
        *exports_routes(kit, scores.account_for),
        *appeals_routes(kit, ground.repository, ground.around),
        *certificate_routes(kit, ground.signer),
    ]
