"""The second edition: a revision that replaces the first."""

from __future__ import annotations

from plumbline.demo.registry import stages, way
from plumbline.demo.registry.packages import package
from plumbline.demo.registry.project import Project
from tests.journeys.evaluating import evidence_is_attached
from tests.journeys.publishing import FIRST, FORCE, SECOND, WARN
from tests.journeys.saying import says


def revised(project: Project, standard: str) -> None:
    """Through all stages, once each."""
    way.to_drafting(project, standard=standard, projectKind="revision")
    evidence_is_attached(project)
    assert way.to_approval(project, package(project.sample))["passed"] is True
    assert project.state == "50.99"


def published_anew(project: Project) -> None:
    """Its number is its own, and it says what it replaces."""
    taken = project.refused("giveNumber", {"number": FIRST}, "publisher")
    says(taken, 409, f"the number {FIRST} belongs to 'Basic data set for exchanging health records (sample)'")
    stages.number(project, SECOND)
    project.done("preparePublication", stages.publication(project, warn=WARN, force=FORCE), "publisher")
    says(project.refused("publishEdition", {}, "publisher"), 409, "it is not said which edition is replaced")
    project.done("giveNumber", {"number": SECOND, "replaces": [FIRST]}, "publisher")
    project.done("preparePublication", stages.publication(project, warn=WARN, force=FORCE), "publisher")
    done = stages.publish(project)
    assert (done["event"]["to"], done["edition"]["number"]) == ("60.60", SECOND)
