from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from fhir_kernel.packages.documents import Document
from fhir_kernel.packages.pack import pack
from registry.drafting.package.limits import PackageLimits
from registry.drafting.package.sushi import project_in, run_sushi
from registry.drafting.package.upload import compile_upload
from registry.refusal import Refused
from tests.registry.drafting.making import BENCH, upload

CONFIG = """id: cn.example.fsh
canonical: http://example.cn/fsh
name: Fsh
title: A project
status: draft
version: 2026.0.0-draft.1
fhirVersion: 4.0.1
publisher:
  name: Somebody
description: A draft
"""
FSH = """Profile: Named
Parent: Patient
Id: named
* name 1..*

Instance: zhang
InstanceOf: Named
Usage: #example
* name.text = "张三"
"""
PROJECT = (Document("p/sushi-config.yaml", CONFIG.encode()), Document("p/input/fsh/a.fsh", FSH.encode()))


def project(folder: Path) -> Path:
    for file in PROJECT:
        path = folder / "in" / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    found = project_in(folder / "in")
    assert found is not None
    return found


def program(folder: Path, script: str) -> str:
    path = folder / "sushi"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_without_sushi_it_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused, match="SUSHI is not installed"):
        compile_upload(upload(tmp_path, pack(PROJECT)), tmp_path / "work", BENCH, PackageLimits())


@pytest.mark.skipif(shutil.which("sushi") is None, reason="there is no sushi on PATH")
def test_a_project_is_compiled_and_its_examples_validated(tmp_path: Path) -> None:
    found = compile_upload(upload(tmp_path, pack(PROJECT)), tmp_path / "work", BENCH, PackageLimits())
    assert found.compilation.package == "cn.example.fsh#2026.0.0-draft.1"
    assert found.compilation.passed, found.compilation.findings
    assert found.compilation.examples == 1


def test_one_that_does_not_end_is_stopped_with_its_children(tmp_path: Path) -> None:
    command = program(tmp_path, f"sleep 600 & echo $! > {tmp_path}/child; wait")
    with pytest.raises(Refused, match=r"did not end within 0\.5 s"):
        run_sushi(project(tmp_path), tmp_path, PackageLimits(sushi_seconds=0.5), command=command)
    child = int((tmp_path / "child").read_text())
    with pytest.raises(ProcessLookupError):
        _wait_for(child)


def _wait_for(process: int) -> None:
    import time

    for _ in range(50):
        os.kill(process, 0)
        if Path(f"/proc/{process}/stat").read_text().split()[2] == "Z":
            raise ProcessLookupError
        time.sleep(0.1)


def test_one_that_writes_without_end_is_stopped(tmp_path: Path) -> None:
    command = program(tmp_path, "while true; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done")
    with pytest.raises(Refused, match="wrote more than"):
        run_sushi(project(tmp_path), tmp_path, PackageLimits(sushi_output=100_000), command=command)


def test_one_that_makes_nothing_is_quoted(tmp_path: Path) -> None:
    command = program(tmp_path, "echo 'error No FSH here'; exit 1")
    with pytest.raises(Refused, match=r"exit code 1.*No FSH here"):
        run_sushi(project(tmp_path), tmp_path, PackageLimits(), command=command)


def test_secrets_of_the_server_are_not_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBLINE_UPSTREAM_TOKEN", "geheim")
    command = program(tmp_path, f"env > {tmp_path}/seen; exit 1")
    with pytest.raises(Refused):
        run_sushi(project(tmp_path), tmp_path, PackageLimits(), command=command)
    assert "geheim" not in (tmp_path / "seen").read_text()


@pytest.mark.parametrize("line", ["path-resource: ../../..", '"path\\x2dresource": ../..'])
def test_a_project_may_not_have_folders_of_the_server_read(tmp_path: Path, line: str) -> None:
    found = project(tmp_path)
    (found / "sushi-config.yaml").write_text(f"{CONFIG}parameters:\n  {line}\n")
    with pytest.raises(Refused, match="neither is allowed"):
        run_sushi(found, tmp_path, PackageLimits(), command=program(tmp_path, "touch ran"))
    assert not (found / "ran").exists()
