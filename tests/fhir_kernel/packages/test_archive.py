"""Archives from anybody: what is refused, and that nothing leaves the folder."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fhir_kernel.errors import ArchiveError
from fhir_kernel.packages.archive import ArchiveLimits, extract_archive, read_archive

_LIMITS = ArchiveLimits(total=4_000_000, members=50, file=1_000_000, ratio=100)


def _archive(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for member, data in members:
            if member.isreg():
                member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def _member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


def _names(path: Path, limits: ArchiveLimits = _LIMITS) -> list[str]:
    return [document.name for document in read_archive(path, limits)]


def test_files_come_with_their_names_and_bytes(tmp_path: Path) -> None:
    path = _archive(
        tmp_path / "a.tgz", (_member("package", tarfile.DIRTYPE), b""), (_member("./package/a.json"), b"{}")
    )
    assert list(read_archive(path, _LIMITS)) == [("package/a.json", b"{}")]


def test_extraction_writes_the_same_files(tmp_path: Path) -> None:
    path = _archive(tmp_path / "a.tgz", (_member("package/a.json"), b"{}"), (_member("package/other/b.json"), b"[]"))
    (tmp_path / "out").mkdir()
    extract_archive(path, tmp_path / "out", _LIMITS)
    assert (tmp_path / "out/package/other/b.json").read_bytes() == b"[]"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("/etc/passwd", "absolute"),
        ("../outside.json", "leads out"),
        ("package/../../outside.json", "leads out"),
        ("C:/windows.json", "absolute"),
        ("package\\..\\outside.json", "backslash"),
        ("package/a\nb.json", "control character"),
        ("package/" + "a" * 2000, "no name for a file"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused_and_named(tmp_path: Path, name: str, reason: str) -> None:
    path = _archive(tmp_path / "a.tgz", (_member(name), b"x"))
    with pytest.raises(ArchiveError, match=reason) as caught:
        _names(path)
    assert repr(name)[1:20] in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "link", "reason"),
    [
        (tarfile.SYMTYPE, "/etc/passwd", "link to '/etc/passwd'"),
        (tarfile.LNKTYPE, "package/a.json", "link to 'package/a.json'"),
        (tarfile.FIFOTYPE, "", "neither a plain file nor a folder"),
        (tarfile.CHRTYPE, "", "neither a plain file nor a folder"),
        (tarfile.BLKTYPE, "", "neither a plain file nor a folder"),
    ],
)
def test_links_and_devices_are_refused_and_named(tmp_path: Path, kind: bytes, link: str, reason: str) -> None:
    path = _archive(tmp_path / "a.tgz", (_member("package/odd", kind, link), b""))
    with pytest.raises(ArchiveError, match=reason) as caught:
        _names(path)
    assert "package/odd" in str(caught.value)


def test_a_link_in_the_middle_leaves_nothing_outside(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    path = _archive(
        tmp_path / "a.tgz", (_member("package", tarfile.SYMTYPE, str(tmp_path)), b""), (_member("package/evil"), b"x")
    )
    with pytest.raises(ArchiveError):
        extract_archive(path, target, _LIMITS)
    assert not (tmp_path / "evil").exists()


def test_a_bomb_is_stopped_by_its_ratio(tmp_path: Path) -> None:
    path = tmp_path / "bomb.tgz"
    blob = bytes(900_000)
    _archive(path, *((_member(f"package/{number}.json"), blob) for number in range(40)))
    with pytest.raises(ArchiveError, match="unpacks to more than"):
        _names(path, ArchiveLimits(total=10**9, members=100, file=10**6, ratio=10))


def test_a_bomb_is_stopped_by_its_total(tmp_path: Path) -> None:
    path = _archive(tmp_path / "a.tgz", *((_member(f"package/{number}.json"), bytes(900_000)) for number in range(20)))
    with pytest.raises(ArchiveError, match="unpacks to more than the 3000000 bytes"):
        _names(path, ArchiveLimits(total=3_000_000, members=100, file=10**6, ratio=10**6))


def test_a_header_that_is_a_bomb_is_stopped_too(tmp_path: Path) -> None:
    header = _member("package/long")
    header.pax_headers = {"comment": "a" * 20_000_000}
    path = tmp_path / "a.tgz"
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(header, io.BytesIO(b""))
    with pytest.raises(ArchiveError, match="unpacks to more than"):
        _names(path)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = _archive(tmp_path / "a.tgz", (_member("package/large.json"), bytes(1_000_001)))
    with pytest.raises(ArchiveError, match=r"'package/large.json' has 1000001 bytes; at most 1000000"):
        _names(path)


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    path = _archive(tmp_path / "a.tgz", *((_member(f"package/{number}"), b"") for number in range(51)))
    with pytest.raises(ArchiveError, match="more than 50 members"):
        _names(path)


def test_a_file_below_a_file_is_refused(tmp_path: Path) -> None:
    path = _archive(tmp_path / "a.tgz", (_member("package/a"), b"x"), (_member("package/a/b"), b"x"))
    (tmp_path / "out").mkdir()
    with pytest.raises(ArchiveError, match="below another file"):
        extract_archive(path, tmp_path / "out", _LIMITS)


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    path = _archive(tmp_path / "a.tgz", (_member("package/a/b"), b"x"), (_member("package/a"), b"x"))
    (tmp_path / "out").mkdir()
    with pytest.raises(ArchiveError, match="a file and a folder"):
        extract_archive(path, tmp_path / "out", _LIMITS)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"{}", b"not gzip at all"])
def test_what_is_no_gzip_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.tgz").write_bytes(content)
    with pytest.raises(ArchiveError, match=r"a\.tgz is not a \.tgz archive"):
        _names(tmp_path / "a.tgz")


def test_gzip_that_holds_no_tar_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "a.tgz").write_bytes(gzip.compress(b"hello" * 1000))
    with pytest.raises(ArchiveError, match=r"a\.tgz is damaged"):
        _names(tmp_path / "a.tgz")


def test_a_file_that_does_not_exist_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="does not exist"):
        _names(tmp_path / "none.tgz")


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_cut_or_changed_archive_is_refused_unless_it_unpacks_to_the_same(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    whole = _archive(folder / "a.tgz", (_member("package/a.json"), b"{}" * 500)).read_bytes()
    header, name_end = 10, whole.index(0, 10) + 1
    changed = bytearray(whole)
    if data.draw(st.booleans()):
        changed = changed[: data.draw(st.integers(header, len(whole) - 1))]
    else:
        changed[data.draw(st.integers(name_end, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    (folder / "a.tgz").write_bytes(changed)
    try:
        found = list(read_archive(folder / "a.tgz", _LIMITS))
    except ArchiveError:
        return
    # Compression leaves some freedom: a changed bit may pad a byte, or spell the same bytes in another way.
    assert found == [("package/a.json", b"{}" * 500)]
