"""A publication in one process is taken up by the others, without a restart."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fhir_kernel.settings import load_settings
from plumbline.demo.registry import stages, way
from plumbline.demo.registry.asking import Asking
from plumbline.demo.registry.calendar import Calendar
from plumbline.demo.registry.packages import package
from plumbline.demo.registry.people import NATION, Cast, hire
from plumbline.demo.registry.premises import premises
from plumbline.demo.registry.project import Project
from plumbline.demo.registry.records import Hospital, without_birth_date
from plumbline.sample import editions
from tests.plumbline.test_serving_records import ROOT, serving

PATIENT = "https://plumbline.dev/fhir/sample/StructureDefinition/sample-patient|2025.0.0"
NUMBER, PASSWORD = "T/PLS 1-2025", "correct horse battery staple"
OFFICER = Cast("officer", "发布员", (("N", NATION), ("authority", {"kind": "everything"})))
MANY = 20
"""Records, each by a connection of its own, so that both workers get some."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")
def test_two_workers_of_one_file_warn_and_refuse_by_what_one_of_them_published(tmp_path, monkeypatch):
    settings = replace(load_settings(), store=f"sqlite:///{tmp_path}/registry.sqlite", key_folder=tmp_path / "keys")
    project, secret = _numbered_today(settings)
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    _run("admin", "create", "second", "--password-file", str(password), "--store", settings.store)
    monkeypatch.setenv("PLUMBLINE_KEY_FOLDER", str(settings.key_folder))
    monkeypatch.setenv("PLUMBLINE_REFRESH_SECONDS", "0.1")
    monkeypatch.setenv("PLUMBLINE_TOKEN_REQUESTS", "10000")
    with serving("--workers", "2", "--quiet", "--store", settings.store) as (_, client):
        port = urlsplit(str(client.base_url)).port
        assert port is not None
        project.asking, hospital = Asking(port), Hospital(port, secret)
        _published(project)
        assert _verdicts(hospital) == {"accepted"}
        _moved(project, "warnFrom")
        _wait_for(lambda: _verdicts(hospital) == {"warned"})
        _moved(project, "rejectFrom")
        _wait_for(lambda: _verdicts(hospital) == {"refused"})


def _numbered_today(settings) -> tuple[Project, str]:
    """All windows have passed by a clock that is moved on to now; gives the project and the hospital's secret."""
    start = datetime.now(UTC) - timedelta(days=stages.NOTICE + 1 + stages.COMMENT + stages.PAPERS)
    with premises(settings, Calendar(start)) as place:
        project = Project(place.asking, place.calendar, editions()[0])
        way.to_drafting(project)
        way.to_approval(project, package(project.sample))
        stages.number(project, NUMBER)
        return project, place.hospital.secret


def _published(project: Project) -> None:
    project.asking.log_in("second", PASSWORD)
    hire(project.asking, OFFICER, "second")
    plan = stages.publication(project, warn=30, force=90)
    project.done("preparePublication", plan, OFFICER.login)
    project.done("publishEdition", {}, OFFICER.login)


def _moved(project: Project, date: str) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
    body = {"profile": PATIENT, "reason": "试点地区提前实施", date: soon}
    place = {"standard": project.standard, "edition": project.edition}
    project.asking.done("moveRuleDates", body, OFFICER.login, **place)


def _verdicts(hospital: Hospital) -> set[str]:
    return {hospital.send(without_birth_date()).verdict for _ in range(MANY)}


def _wait_for(happened: Callable[[], bool], seconds: float = 30) -> None:
    last = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < last, "it has not happened in time"


def _run(*words: str) -> None:
    command = [sys.executable, "-m", "plumbline", *words]
    subprocess.run(command, cwd=Path(ROOT), check=True, capture_output=True)
