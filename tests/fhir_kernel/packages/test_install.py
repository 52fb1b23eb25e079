"""The shared folder: whole packages only, whoever is at work on it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest

from fhir_kernel.errors import ArchiveError, PackageError
from fhir_kernel.packages.archive import ArchiveLimits
from fhir_kernel.packages.cache import PackageCache
from fhir_kernel.packages.install import install_archive
from fhir_kernel.packages.manifest import PackageId

from .conftest import manifest, pack, package_bytes, unpacked, value_set

_LIMITS = ArchiveLimits()
_EXAMPLE = PackageId("example.package", "1.0.0")


def _archive(tmp_path: Path, content: bytes | None = None) -> Path:
    path = tmp_path / "given.tgz"
    path.write_bytes(package_bytes() if content is None else content)
    return path


def test_a_package_lies_where_other_tools_look_for_it(tmp_path: Path) -> None:
    cache = PackageCache(tmp_path / "packages")
    folder = install_archive(cache, _archive(tmp_path), _LIMITS)
    assert folder == tmp_path / "packages" / "example.package#1.0.0"
    assert (folder / "package" / "package.json").is_file()
    assert cache.find(_EXAMPLE) == folder
    assert cache.installed() == [_EXAMPLE]
    assert cache.versions("example.package") == ["1.0.0"]


def test_the_folder_is_marked_so_that_other_tools_do_not_empty_it(tmp_path: Path) -> None:
    install_archive(PackageCache(tmp_path / "packages"), _archive(tmp_path), _LIMITS)
    assert (tmp_path / "packages" / "packages.ini").read_text() == "[cache]\nversion=3\n"


def test_a_mark_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / "packages.ini").write_text("[cache]\nversion=4\n")
    install_archive(PackageCache(tmp_path / "packages"), _archive(tmp_path), _LIMITS)
    assert (tmp_path / "packages" / "packages.ini").read_text() == "[cache]\nversion=4\n"


def test_an_index_is_written_for_a_package_without_one(tmp_path: Path) -> None:
    folder = install_archive(PackageCache(tmp_path / "packages"), _archive(tmp_path), _LIMITS)
    index = orjson.loads((folder / "package" / ".index.json").read_bytes())
    assert index["files"] == [
        {
            "filename": "ValueSet-one.json",
            "resourceType": "ValueSet",
            "id": "one",
            "url": "http://example.org/ValueSet/one",
            "version": "1.0.0",
        }
    ]


def test_the_index_that_a_package_brings_is_kept(tmp_path: Path) -> None:
    content = pack({"package/package.json": manifest(), "package/.index.json": {"index-version": 1, "files": []}})
    folder = install_archive(PackageCache(tmp_path / "packages"), _archive(tmp_path, content), _LIMITS)
    assert orjson.loads((folder / "package" / ".index.json").read_bytes())["index-version"] == 1


def test_what_is_installed_already_is_left_as_it_is(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "packages", *_EXAMPLE, codes=["before"])
    assert install_archive(PackageCache(tmp_path / "packages"), _archive(tmp_path), _LIMITS) == folder
    assert [path.name for path in folder.glob("package/ValueSet-*")] == ["ValueSet-before.json"]


def test_half_a_package_is_replaced(tmp_path: Path) -> None:
    half = tmp_path / "packages" / str(_EXAMPLE) / "package"
    half.mkdir(parents=True)
    (half / "ValueSet-half.json").write_text("{")
    cache = PackageCache(tmp_path / "packages")
    assert cache.find(_EXAMPLE) is None
    folder = install_archive(cache, _archive(tmp_path), _LIMITS)
    assert not (folder / "package" / "ValueSet-half.json").exists()


def test_a_hostile_archive_leaves_nothing_behind(tmp_path: Path) -> None:
    content = pack({"package/package.json": manifest(), "package/a.json": b"{}", "../evil.json": b"{}"})
    cache = PackageCache(tmp_path / "packages")
    with pytest.raises(ArchiveError):
        install_archive(cache, _archive(tmp_path, content), _LIMITS)
    assert cache.installed() == []
    assert [path for path in (tmp_path / "packages").iterdir() if path.is_dir()] == []
    assert not (tmp_path / "evil.json").exists()


def test_what_an_interrupted_installation_left_is_removed_after_a_day(tmp_path: Path) -> None:
    root = tmp_path / "packages"
    old, young = root / "0b6cfa1e-8b1f-4d4e-9d55-0f8f6dd1b4aa", root / "1b6cfa1e-8b1f-4d4e-9d55-0f8f6dd1b4aa"
    for folder in (old, young):
        folder.mkdir(parents=True)
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (two_days_ago, two_days_ago))
    install_archive(PackageCache(root), _archive(tmp_path), _LIMITS)
    assert not old.exists()
    assert young.exists()


def test_another_package_than_expected_is_refused(tmp_path: Path) -> None:
    wanted = PackageId("example.other", "1.0.0")
    with pytest.raises(PackageError, match=r"holds example\.package#1\.0\.0; expected example\.other#1\.0\.0"):
        install_archive(PackageCache(tmp_path / "packages"), _archive(tmp_path), _LIMITS, expected=wanted)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"package/ValueSet-a.json": value_set("a")}, "holds no package/package.json"),
        ({"package/package.json": b"{"}, "package.json is not JSON"),
        ({"package/package.json": []}, "should be an object"),
        ({"package/package.json": {"version": "1.0.0"}}, "has name None"),
        ({"package/package.json": manifest(version="../../1")}, "has version '../../1'"),
        ({"package/package.json": manifest(name="a/../b")}, "has name 'a/../b'"),
    ],
)
def test_an_archive_that_is_no_package_is_refused(tmp_path: Path, files: dict[str, object], reason: str) -> None:
    with pytest.raises(PackageError, match=reason):
        install_archive(PackageCache(tmp_path / "packages"), _archive(tmp_path, pack(files)), _LIMITS)


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PackageError, match="cannot be installed in") as caught:
        install_archive(PackageCache(tmp_path / "file"), _archive(tmp_path), _LIMITS)
    assert "\n" not in str(caught.value)


def test_two_processes_install_the_same_package_at_once(tmp_path: Path) -> None:
    archive = _archive(tmp_path, package_bytes(codes=[f"code{number}" for number in range(300)]))
    program = (
        "import sys; from pathlib import Path\n"
        "from fhir_kernel.packages.archive import ArchiveLimits\n"
        "from fhir_kernel.packages.cache import PackageCache\n"
        "from fhir_kernel.packages.install import install_archive\n"
        "folder = install_archive(PackageCache(Path(sys.argv[1])), Path(sys.argv[2]), ArchiveLimits())\n"
        "print(len(list(folder.glob('package/ValueSet-*.json'))))\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "packages"), str(archive)]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [worker.communicate(timeout=60)[0].strip() for worker in workers] == ["300"] * 3
    assert [path.name for path in (tmp_path / "packages").iterdir() if path.is_dir()] == [str(_EXAMPLE)]
