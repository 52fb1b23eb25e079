from __future__ import annotations

import io

import pytest

from fhir_kernel.errors import ArchiveError
from fhir_kernel.packages.archive import ArchiveLimits, read_packed
from fhir_kernel.packages.documents import Document
from fhir_kernel.packages.pack import pack, pack_folder

FILES = [Document("package/b.json", b"{}"), Document("package/package.json", b'{"name":"a.b"}')]


def _read(content):
    return list(read_packed(io.BytesIO(content), "it.tgz", ArchiveLimits()))


def test_what_is_packed_is_read_again():
    assert _read(pack(FILES)) == FILES


def test_the_order_and_the_time_change_nothing(monkeypatch):
    first = pack(FILES)
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert pack(reversed(FILES)) == first


def test_a_folder_is_packed_without_what_tools_have_put_there(tmp_path):
    folder = tmp_path / "package"
    (folder / "other").mkdir(parents=True)
    for name in ("package.json", "a.json", ".index.json", ".index.db", ".firely.index.json", "other/b.json"):
        (folder / name).write_bytes(b"{}")
    (tmp_path / "beside.json").write_bytes(b"{}")
    (folder / "link.json").symlink_to(tmp_path / "beside.json")
    names = [each.name for each in _read(pack_folder(tmp_path))]
    assert names == ["package/.index.json", "package/a.json", "package/other/b.json", "package/package.json"]


def test_what_is_no_archive_in_memory_is_refused_by_the_name_it_is_given():
    with pytest.raises(ArchiveError, match=r"it.tgz is not a .tgz archive"):
        _read(b"PK")
    with pytest.raises(ArchiveError, match=r"it.tgz is damaged"):
        _read(pack(FILES)[:-20])
