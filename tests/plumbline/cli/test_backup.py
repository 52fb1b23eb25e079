from __future__ import annotations

import pytest


@pytest.fixture
def address(plumbline, tmp_path):
    """A store with an organisation in it."""
    made = f"sqlite:///{tmp_path / 'fhir.sqlite'}"
    plumbline("organisation", "add", "hospital-1", "--name", "第一人民医院", "--kind", "institution", "--store", made)
    return made


def test_a_backup_is_a_store_like_its_source(plumbline, address, tmp_path):
    done = plumbline("backup", tmp_path / "copy.sqlite", "--store", address)
    assert done.status == 0
    assert done.out.startswith(f"{tmp_path / 'copy.sqlite'}: ")
    assert done.out.endswith(" bytes, whole and checked\n")
    copy = f"sqlite:///{tmp_path / 'copy.sqlite'}"
    listed = plumbline("organisation", "list", "--store", copy)
    assert listed.out == plumbline("organisation", "list", "--store", address).out


def test_a_backup_of_the_store_of_the_settings_needs_no_address(plumbline, address, tmp_path, monkeypatch):
    monkeypatch.setenv("PLUMBLINE_STORE", address)
    assert plumbline("backup", tmp_path / "copy.sqlite").status == 0


def test_a_backup_replaces_nothing(plumbline, address, tmp_path):
    (tmp_path / "copy.sqlite").write_text("mine")
    refused = plumbline("backup", tmp_path / "copy.sqlite", "--store", address)
    assert refused.status == 2
    assert "there is a file already; a backup does not replace anything" in refused.err
    assert (tmp_path / "copy.sqlite").read_text() == "mine"


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ("mongodb://user:secret@host/plumbline", "backed up by MongoDB's own tools: mongodump --uri=ADDRESS --oplog"),
        ("memory://", "'memory://' keeps nothing to be backed up"),
        ("none", "'none' keeps nothing to be backed up"),
        ("sqlite:////nowhere/fhir.sqlite", "/nowhere/fhir.sqlite: there is no such file"),
    ],
)
def test_what_cannot_be_backed_up_here_is_told_with_what_to_do(plumbline, tmp_path, store, said):
    refused = plumbline("backup", tmp_path / "copy", "--store", store)
    assert refused.status == 2
    assert said in refused.err
    assert "secret" not in refused.err
    assert not (tmp_path / "copy").exists()
