from __future__ import annotations

import signal
import subprocess
import sys

import httpx


def test_the_server_says_where_it_is_and_answers_there(tmp_path):
    command = [
        sys.executable,
        "-m",
        "plumbline",
        "serve",
        "--port",
        "0",
        "--tables",
        str(tmp_path),
        "--store",
        "none",
        "--quiet",
    ]
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            said = process.stdout.readline().split()
            assert said[:-1] == ["Plumbline", "serves", "FHIR", "R4", "at"]
            statement = httpx.get(f"{said[-1]}/metadata", timeout=20).json()
            assert statement["resourceType"] == "CapabilityStatement"
            asked = "CodeSystem/$lookup?system=http://hl7.org/fhir/administrative-gender&code=male"
            rows = httpx.get(f"{said[-1]}/{asked}", timeout=20).json()["parameter"]
            assert {"name": "display", "valueString": "Male"} in rows
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.stderr.read() == ""


def test_a_port_beyond_all_ports_is_refused(plumbline):
    outcome = plumbline("serve", "--port", "70000")
    assert outcome.status == 2
    assert "70000" in outcome.err


def test_letting_everybody_in_is_refused_at_an_address_that_others_reach(plumbline):
    outcome = plumbline("serve", "--open", "--host", "0.0.0.0")
    assert outcome.status == 2
    assert "--open lets everybody in, and --host 0.0.0.0 can be reached from elsewhere" in outcome.err
