from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from fhir_kernel.errors import SettingsError
from fhir_kernel.settings import Settings, load_settings
from plumbline.wiring import build_catalog, build_enforcement

NOW = datetime(2025, 4, 1, tzinfo=UTC)


def test_without_a_file_r4_alone_decides() -> None:
    judge = build_enforcement(build_catalog(), Settings())
    assert judge.judge({"resourceType": "Patient"}, method="POST", now=NOW).accepted
    assert not judge.judge({"resourceType": "Patient", "gender": "x"}, method="POST", now=NOW).accepted


def test_the_file_that_is_set_decides(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text('[types]\nPatient = "observe"\n', encoding="utf-8")
    judge = build_enforcement(build_catalog(), load_settings({"PLUMBLINE_ENFORCEMENT_FILE": str(file)}))
    assert judge.judge({"resourceType": "Patient", "gender": "x"}, method="POST", now=NOW).accepted
    file.write_text('[[rules]]\nprofile = "http://x.test/p"\ntype = "Patient"\nmode = "warn"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"policy\.toml: the profile http://x\.test/p of Patient cannot be used"):
        build_enforcement(build_catalog(), Settings(enforcement_file=file))


def test_codes_of_the_code_tables_are_known() -> None:
    judge = build_enforcement(build_catalog(), Settings())
    status = {"coding": [{"system": "https://plumbline.dev/fhir/CodeSystem/cn-marital-status", "code": "999"}]}
    found = judge.judge({"resourceType": "Patient", "maritalStatus": status}, method="POST", now=NOW)
    assert "code.unknown" in [each.id for each in found.issues]
