from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from registry.model.artefact import Artefact
from registry.model.edition import Edition, edition_of
from registry.model.event import Event, Move, event_of
from registry.model.group import Drafter, DraftingGroup, group_of
from registry.model.plan import AnnualPlan, plan_of
from registry.model.progress import Progress, progress_of, replay
from registry.model.project import Project, Window, project_of
from registry.model.relation import Relation
from registry.model.standard import Standard, standard_of
from registry.sentence import Sentence

NOW = datetime(2026, 3, 1, 8, 30, 0, 123456, tzinfo=UTC)
TITLE = Sentence("Patient", "患者")
EVENT = Event(
    1,
    "s",
    "e",
    "p",
    "text",
    "propose",
    "",
    "00.00",
    "li",
    "A",
    "default/1",
    NOW,
    (Move("package", "none", "draft"),),
    ("abc",),
    "why",
    (TITLE,),
)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (Standard("i", TITLE, "WS/T", "data", NOW), standard_of),
        (Project("i", "s", "e", TITLE, NOW, notice=Window(NOW, NOW), dependants=(), deadline=NOW), project_of),
        (
            Edition(
                "i",
                "s",
                "p",
                NOW,
                in_force=date(2026, 1, 1),
                artefacts=(Artefact("text", "abc"),),
                relations=(Relation("replaces", "x"),),
            ),
            edition_of,
        ),
        (DraftingGroup("i", "p", members=(Drafter("a", "u", is_user=True, declared=NOW),)), group_of),
        (AnnualPlan("i", 2026, TITLE, decreed=date(2026, 1, 1)), plan_of),
        (EVENT, lambda _, kept: event_of(kept)),
        (Progress().after(EVENT), lambda _, kept: progress_of(kept)),
    ],
)
def test_what_was_kept_as_json_is_read_as_it_was(value, read):
    assert read("i", json.loads(json.dumps(value.document()))) == value


def test_an_event_says_from_and_to():
    kept = EVENT.document()
    assert (kept["from"], kept["to"], kept["also"]) == (
        "",
        "00.00",
        [{"machine": "package", "from": "none", "to": "draft"}],
    )


def test_the_id_is_the_name_of_the_document_and_not_in_it():
    assert "id" not in Standard("i", TITLE, "WS/T", "data", NOW).document()


def test_a_field_that_an_older_document_lacks_takes_its_default():
    kept = {k: v for k, v in Standard("i", TITLE, "WS/T", "data", NOW).document().items() if k != "custodian"}
    assert standard_of("i", kept).custodian == ""


def test_events_that_do_not_follow_each_other_are_not_replayed():
    with pytest.raises(ValueError, match="event 1 of p follows event 1"):
        replay([EVENT, EVENT])
