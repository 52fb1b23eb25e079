"""The third act: the sample standard goes through every stage, and the screen says what was refused and why."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout

import pytest

from plumbline.demo.registry.act import STEPS, Stage
from plumbline.demo.registry.show import show_registry
from tests.plumbline.test_serving_records import serving

ADDRESS = "http://127.0.0.1:8080"
PHASES = ["00", "10", "20", "30", "40", "50", "60", "90", "95"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    (folder / "registry.sqlite").write_bytes(b"what a run before has left")
    return folder


@pytest.fixture(scope="module")
def screen(folder):
    """What is on the screen when it is played in Chinese."""
    with redirect_stdout(io.StringIO()) as out:
        show_registry(folder, "zh")
    return out.getvalue()


def test_the_standard_goes_through_every_phase_and_records_are_accepted_warned_of_and_refused(screen):
    stages = re.findall(r"^\d{4}-\d\d-\d\d {2}(\d\d)\.\d\d ", screen, re.MULTILINE)
    assert len(stages) == len(STEPS)
    assert sorted(set(stages)) == PHASES
    outcomes = re.findall(r"没有出生日期的患者：(接受并警告|接受|拒绝)", screen)
    assert outcomes == ["接受", "接受并警告", "拒绝"]


def test_refusals_have_the_sentences_of_the_server_in_the_language_of_the_screen(screen):
    refusals = [line.split("→ ", 1)[1] for line in screen.splitlines() if "✗" in line and "→" in line]
    assert len(refusals) >= 10
    assert all(re.match(r"4\d\d .*[\u4e00-\u9fff]", each) for each in refusals)
    assert "“发布”需要角色N（发布人员" in screen


def test_the_screen_says_that_the_clock_was_moved_on_and_that_it_is_a_sample(screen):
    assert "时钟由 2025-01-06 拨至 2026-" in screen
    assert "非正式标准" in screen


def test_every_address_that_is_shown_can_be_opened_and_the_rule_still_holds(screen, folder, monkeypatch):
    stage = Stage(folder)
    monkeypatch.setenv("PLUMBLINE_KEY_FOLDER", str(stage.keys))
    shown = re.findall(rf"^ {{2}}{ADDRESS}(\S+) ", screen, re.MULTILINE)
    assert len(shown) == 7
    with serving("--open", "--quiet", "--store", f"sqlite:///{stage.store}") as (_, client):
        assert {path: client.get(path).status_code for path in shown} == dict.fromkeys(shown, 200)
        (record,) = re.findall(r"--data-binary '?@(.+?)'? http", screen)
        with open(record, "rb") as file:
            headers = {"content-type": "application/fhir+json"}
            answer = client.post("/fhir/Patient", content=file.read(), headers=headers)
        assert answer.status_code == 422
        assert "birthDate" in answer.text
