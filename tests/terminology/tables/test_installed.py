"""The tables of a folder."""

from pathlib import Path

import pytest

from terminology.tables.index_build import ConceptRow, build_index
from terminology.tables.installed import InstalledTables

URL = "http://example.org/codes"


def install(folder: Path, version: str | None, *codes: str, url: str = URL) -> Path:
    header = {"resourceType": "CodeSystem", "url": url} | ({"version": version} if version else {})
    return build_index(header, [ConceptRow({"code": each}) for each in codes], folder).path


def test_a_folder_that_is_missing_holds_nothing(tmp_path: Path) -> None:
    installed = InstalledTables(tmp_path / "none")
    assert len(installed) == 0
    assert installed.versions(URL) == ()
    assert list(installed.headers()) == []


def test_tables_are_found_by_url_and_version(tmp_path: Path) -> None:
    install(tmp_path, "2", "b")
    install(tmp_path, "1", "a")
    install(tmp_path, None, "c")
    install(tmp_path, "1", "d", url="http://example.org/others")
    installed = InstalledTables(tmp_path)
    assert list(installed) == [(URL, None), (URL, "1"), (URL, "2"), ("http://example.org/others", "1")]
    assert list(installed.versions(URL)) == [None, "1", "2"]
    assert installed.open(URL, "2").code(0) == "b"
    assert installed.open(URL, "2") is installed.open(URL, "2")
    assert installed.open(URL, None).code(0) == "c"
    assert [each.get("version") for each in installed.headers()] == [None, "1", "2", "1"]
    with pytest.raises(KeyError):
        installed.open(URL, "3")


def test_a_damaged_file_is_a_note_and_the_others_are_used(tmp_path: Path) -> None:
    install(tmp_path, "1", "a")
    damaged = install(tmp_path, "2", "b")
    damaged.write_bytes(damaged.read_bytes()[:-1])
    (tmp_path / "empty.table").write_bytes(b"")
    (tmp_path / "folder.table").mkdir()
    installed = InstalledTables(tmp_path)
    assert list(installed) == [(URL, "1")]
    assert {each.path.name for each in installed.notes} == {damaged.name, "empty.table", "folder.table"}
    assert all(each.reason for each in installed.notes)


def test_looking_again_finds_what_changed_and_keeps_what_did_not(tmp_path: Path) -> None:
    install(tmp_path, "1", "a")
    install(tmp_path, "2", "b")
    before = InstalledTables(tmp_path)
    assert before.refresh() is before
    install(tmp_path, "2", "c")
    install(tmp_path, "3", "d")
    after = before.refresh()
    assert list(after.versions(URL)) == ["1", "2", "3"]
    assert after.open(URL, "1") is before.open(URL, "1")
    assert (before.open(URL, "2").code(0), after.open(URL, "2").code(0)) == ("b", "c")
    assert list(before.versions(URL)) == ["1", "2"]


def test_a_table_that_is_removed_is_gone_when_one_looks_again(tmp_path: Path) -> None:
    install(tmp_path, "1", "a")
    before = InstalledTables(tmp_path)
    before.remove(URL, "1")
    assert list(before.refresh()) == []
    assert before.open(URL, "1").code(0) == "a"
    with pytest.raises(KeyError):
        before.remove(URL, "2")
