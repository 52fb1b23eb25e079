"""Tools that others wrote install from our registry: what they get is what was published, to the byte."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.clients.package_server import CLIENTS, registry, what_is_missing
from tests.registry.packages.world import NAME, PROFILE

NEEDS_NPM = pytest.mark.skipif(bool(what_is_missing()), reason=what_is_missing())
NEEDS_LOADER = pytest.mark.skipif(bool(what_is_missing("fpl")), reason=what_is_missing("fpl"))
NEEDS_SUSHI = pytest.mark.skipif(bool(what_is_missing("sushi")), reason=what_is_missing("sushi"))


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with registry(tmp_path_factory.mktemp("registry")) as made:
        yield made


def run(folder: Path, *command: str, **variables: str) -> str:
    """What a tool says that knows of nothing but a folder of its own."""
    known = {"PATH": os.environ["PATH"], "HOME": str(folder), "npm_config_cache": str(folder / "npm")}
    known["npm_config_update_notifier"] = "false"
    ended = subprocess.run(command, cwd=folder, env={**known, **variables}, capture_output=True, text=True, timeout=240)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def tool(name: str) -> str:
    return str(CLIENTS / "node_modules" / ".bin" / name)


def installed(folder: Path, version: str) -> Path:
    return folder / ".fhir" / "packages" / f"{NAME}#{version}" / "package"


@NEEDS_NPM
def test_npm_view_tells_what_there_is(served, tmp_path):
    told = json.loads(run(tmp_path, "npm", "view", NAME, "--json", f"--registry={served.packages}"))
    assert (told["name"], told["version"]) == (NAME, "2022.0.0")
    assert told["versions"] == ["2021.0.0", "2021.0.1", "2022.0.0"]
    assert told["dist-tags"] == {"latest": "2022.0.0"}
    assert told["dependencies"] == {"hl7.fhir.r4.core": "4.0.1"}
    some = run(tmp_path, "npm", "view", f"{NAME}@2021.0.x", "version", f"--registry={served.packages}/")
    assert [line.split()[0] for line in some.splitlines()] == [f"{NAME}@2021.0.0", f"{NAME}@2021.0.1"]


@NEEDS_NPM
@pytest.mark.parametrize("version", ["2021.0.0", "2022.0.0"])
def test_npm_pack_downloads_the_bytes_that_were_published(served, tmp_path, version):
    told = json.loads(run(tmp_path, "npm", "pack", f"{NAME}@{version}", "--json", f"--registry={served.packages}"))
    content = (tmp_path / f"{NAME}-{version}.tgz").read_bytes()
    assert content == served.archives[version]
    (entry,) = told
    assert entry["shasum"] == hashlib.sha1(content, usedforsecurity=False).hexdigest()
    assert entry["integrity"] == "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()


@NEEDS_NPM
def test_npm_is_told_that_a_package_is_not_here(served, tmp_path):
    with pytest.raises(AssertionError, match="E404"):
        run(tmp_path, "npm", "view", "cn.example.none", f"--registry={served.packages}")


@NEEDS_NPM
def test_npm_installs_a_version_for_trial_from_preview(served, tmp_path):
    draft = "2023.0.0-draft.1"
    run(tmp_path, "npm", "pack", f"{NAME}@{draft}", f"--registry={served.preview}")
    assert (tmp_path / f"{NAME}-{draft}.tgz").read_bytes() == served.archives[draft]
    with pytest.raises(AssertionError, match="ETARGET"):
        run(tmp_path, "npm", "pack", f"{NAME}@{draft}", f"--registry={served.packages}")


@NEEDS_LOADER
@pytest.mark.parametrize(
    ("wanted", "version"), [("2021.0.0", "2021.0.0"), ("2021.0.x", "2021.0.1"), ("latest", "2022.0.0")]
)
def test_fhir_package_loader_installs(served, tmp_path, wanted, version):
    run(tmp_path, tool("fpl"), "install", f"{NAME}#{wanted}", FPL_REGISTRY=served.packages)
    folder = installed(tmp_path, version)
    assert json.loads((folder / "package.json").read_bytes())["version"] == version
    assert json.loads((folder / "StructureDefinition-example-patient.json").read_bytes())["version"] == version


@NEEDS_LOADER
def test_fhir_package_loader_installs_a_version_for_trial_with_a_token(served, tmp_path):
    draft = "2023.0.0-draft.1"
    run(tmp_path, tool("fpl"), "install", f"{NAME}#{draft}", FPL_REGISTRY=f"{served.preview}/", FPL_REGISTRY_TOKEN="x")
    assert (installed(tmp_path, draft) / "package.json").is_file()


CONFIG = f"""
id: cn.example.guide
canonical: http://guide.example.cn/fhir
name: Guide
status: draft
version: 0.1.0
fhirVersion: 4.0.1
FSHOnly: true
dependencies:
  {NAME}: 2021.0.x
"""
SHORTHAND = """
Profile: Guided
Parent: ExamplePatient
* identifier 1..1
"""


@NEEDS_SUSHI
def test_sushi_compiles_a_guide_on_a_profile_of_the_registry(served, tmp_path):
    """The profile comes from our package, the definitions of FHIR from the copy that the registry holds."""
    (tmp_path / "input" / "fsh").mkdir(parents=True)
    (tmp_path / "sushi-config.yaml").write_text(CONFIG)
    (tmp_path / "input" / "fsh" / "guided.fsh").write_text(SHORTHAND)
    said = run(tmp_path, tool("sushi"), "build", ".", FPL_REGISTRY=served.packages)
    assert (installed(tmp_path, "2021.0.1") / "package.json").is_file()
    made = json.loads((tmp_path / "fsh-generated" / "resources" / "StructureDefinition-Guided.json").read_bytes())
    assert made["baseDefinition"] == PROFILE, said
    assert made["differential"]["element"] == [{"id": "Patient.identifier", "path": "Patient.identifier", "max": "1"}]
