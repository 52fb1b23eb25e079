from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from plumbline import __version__
from plumbline.cli.app import COMMANDS


def test_the_version_is_printed(plumbline):
    assert plumbline("--version").out == f"plumbline {__version__}\n"


def test_help_lists_every_command(plumbline):
    out = plumbline("--help").out
    assert all(name in out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(plumbline, name):
    outcome = plumbline(name, "--help")
    assert outcome.status == 0
    assert "Usage: plumbline" in outcome.out


def test_an_unknown_command_exits_with_2(plumbline):
    assert plumbline("frobnicate").status == 2


def test_fhirpath_prints_type_and_value_of_each_item(plumbline, save, patient):
    outcome = plumbline("fhirpath", "name.given | birthDate", save("p.json", patient))
    assert outcome.out == "string\t芳\ndate\t1985-03-12\n"


def test_fhirpath_prints_json(plumbline, save, patient):
    outcome = plumbline("fhirpath", "name.count() + 1", save("p.json", patient), "--format", "json")
    assert outcome.json == [{"type": "System.Integer", "value": 2}]


def test_fhirpath_reads_standard_input(plumbline, patient):
    assert plumbline("fhirpath", "id", "-", stdin=json.dumps(patient).encode()).out == "id\tp1\n"


def test_a_wrong_expression_exits_with_2_and_tells_the_character(plumbline, save, patient):
    outcome = plumbline("fhirpath", "name.(", save("p.json", patient))
    assert outcome.status == 2
    assert "character" in outcome.err


def test_convert_goes_to_xml_and_back_without_loss(plumbline, save, tmp_path):
    text = b'{"resourceType":"Observation","status":"final","code":{"text":"K"},"valueQuantity":{"value":4.10}}'
    xml, back = tmp_path / "o.xml", tmp_path / "o.json"
    assert plumbline("convert", save("in.json", text), "--to", "xml", "--output", xml).status == 0
    assert '<value value="4.10"/>' in xml.read_text()
    assert plumbline("convert", xml, "--to", "json", "--compact", "--output", back).status == 0
    assert back.read_bytes().strip() == text


def test_convert_of_what_is_no_resource_exits_with_2_and_names_the_file(plumbline, save):
    path = save("bad.json", b"{")
    outcome = plumbline("convert", path, "--to", "xml")
    assert outcome.status == 2
    assert str(path) in outcome.err


def test_snapshot_prints_all_elements_of_a_profile(plumbline, demo_package):
    made = plumbline("snapshot", demo_package / "StructureDefinition-demo-patient.json").json
    ids = [element["id"] for element in made["snapshot"]["element"]]
    assert ids[0] == "Patient"
    assert "Patient.identifier:identityCard.value" in ids
    assert "Patient.contact.name" in ids


def test_snapshot_of_another_resource_exits_with_2(plumbline, save, patient):
    outcome = plumbline("snapshot", save("p.json", patient))
    assert outcome.status == 2
    assert "expected a StructureDefinition" in outcome.err


def test_package_list_names_the_core_package(plumbline):
    assert "hl7.fhir.r4.core#4.0.1\n" in plumbline("package", "list").out


def test_package_show_tells_what_a_package_holds(plumbline, demo_package):
    out = plumbline("package", "show", demo_package).out
    assert "Example profiles of Plumbline" in out
    assert "StructureDefinition/demo-patient" in out


def test_package_install_leaves_what_is_installed(plumbline):
    outcome = plumbline("package", "install", "hl7.fhir.r4.core#4.0.1")
    assert outcome.status == 0
    assert "hl7.fhir.r4.core#4.0.1 is installed" in outcome.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(plumbline, shell):
    assert "_PLUMBLINE_COMPLETE" in plumbline("completion", shell).out


def test_the_program_runs_as_a_process_and_says_in_one_line_what_went_wrong(tmp_path):
    words = [sys.executable, "-m", "plumbline", "validate", str(tmp_path / "nowhere.json")]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the most memory used is read from /proc")
def test_a_validation_stays_small_and_loads_only_what_it_needs(save, patient):
    path = save("p.json", patient)
    script = (
        "import re, sys\n"
        "from plumbline.__main__ import main\n"
        f"sys.argv = ['plumbline', 'validate', {str(path)!r}]\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "print(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1], *sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    kilobytes, *modules = ended.stdout.splitlines()[-1].split()
    assert int(kilobytes) < 150_000
    assert not {"httpx", "jinja2", "rich", "pydantic", "filelock", "tarfile"} & set(modules)
