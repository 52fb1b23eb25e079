"""What the standard does to records: accepted, warned of, refused; until the next edition asks for something else."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

from plumbline.demo.registered import client_id
from plumbline.demo.registry.premises import Premises
from plumbline.demo.registry.project import Project
from plumbline.demo.registry.records import HOSPITAL, without_birth_date, without_gender, without_sex
from plumbline.demo.sending import Sent
from plumbline.sample import Edition
from tests.journeys.publishing import FORCE, WARN

PATIENT = "https://plumbline.dev/fhir/sample/StructureDefinition/sample-patient"


def nothing_is_asked(place: Premises) -> None:
    """Before anything is published."""
    verdicts = {place.hospital.send(each).verdict for each in (without_birth_date(), without_gender(), without_sex())}
    assert verdicts == {"accepted"}


def enforced(place: Premises, project: Project) -> None:
    """Accepted on the day of publication, warned of 30 days later, refused from the day of implementation."""
    hospital, calendar, published = place.hospital, place.calendar, place.calendar.today
    assert hospital.send(without_birth_date()).verdict == "accepted"
    calendar.go_to(published + timedelta(WARN))
    warned = hospital.send_until(without_birth_date(), "warned")
    assert warned.reason is None
    calendar.go_to(published + timedelta(FORCE - 1))
    assert hospital.send(without_birth_date()).verdict == "warned"
    calendar.go_to(published + timedelta(FORCE))
    refused = hospital.send(without_birth_date())
    assert refused.verdict == "refused"
    _outcome_names_the_rule(place, project.sample)
    assert hospital.send(without_sex()).verdict == "accepted"
    assert hospital.send(without_gender()).verdict == "refused"
    for day, modes in ((published, "observe"), (published + timedelta(WARN), "warn"), (calendar.today, "reject")):
        assert [each["mode"] for each in patient_rules(project, str(day))] == [modes]
    assert patient_rules(project, str(published - timedelta(1))) == []


def _outcome_names_the_rule(place: Premises, sample: Edition) -> None:
    """The OperationOutcome says which element of which profile is broken."""
    status, outcome = posted(place, without_birth_date())
    assert status == 422
    (issue,) = [each for each in outcome["issue"] if each["severity"] == "error"]
    assert issue["expression"] == ["Patient"]
    assert "birthDate" in issue["details"]["text"]
    assert f"{PATIENT}|{sample.version}" in json.dumps(issue)


def posted(place: Premises, record: Sent) -> tuple[int, Any]:
    """The status and the resource that a write is answered with."""
    headers = {"Content-Type": record.media_type, "Accept": record.media_type, "Authorization": _authorization(place)}
    answer = place.asking.send(record.method, f"/fhir/{record.target}", record.body, headers)
    return answer.status, json.loads(answer.content)


def _authorization(place: Premises) -> str:
    secret = base64.b64encode(f"{client_id(HOSPITAL)}:{place.hospital.secret}".encode()).decode()
    headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/x-www-form-urlencoded"}
    given = place.asking.send("POST", "/auth/token", b"grant_type=client_credentials", headers)
    return f"Bearer {given.value['access_token']}"


def patient_rules(project: Project, day: str) -> list[dict[str, Any]]:
    """The rules for patients on a day, as everybody can ask for them."""
    rules: list[dict[str, Any]] = project.asking.done("listRules", query={"day": day, "type": "Patient"})["rules"]
    return rules


def the_old_rule_ends(place: Premises, project: Project) -> None:
    """On the first day of the second edition: what it does not ask any more is accepted, what it asks anew is not."""
    hospital, calendar, published = place.hospital, place.calendar, place.calendar.today
    calendar.go_to(published + timedelta(WARN))
    assert hospital.send_until(without_sex(), "warned").reason is None
    assert hospital.send(without_gender()).verdict == "refused"
    calendar.go_to(published + timedelta(FORCE))
    assert hospital.send(without_gender()).verdict == "accepted"
    assert hospital.send(without_sex()).verdict == "refused"
    assert hospital.send(without_birth_date()).verdict == "refused"
    before = patient_rules(project, str(calendar.today - timedelta(1)))
    assert [(each["profile"][-8:], each["mode"]) for each in before] == [("2025.0.0", "reject"), ("2026.0.0", "warn")]
    now = patient_rules(project, str(calendar.today))
    assert [(each["profile"][-8:], each["mode"]) for each in now] == [("2026.0.0", "reject")]
