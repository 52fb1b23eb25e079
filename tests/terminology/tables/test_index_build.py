"""A table is built whole or not at all."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fhir_kernel.errors import CodecError
from terminology.tables.index_build import ConceptRow, build_index
from terminology.tables.index_open import open_index

HEADER = {"resourceType": "CodeSystem", "url": "http://example.org/codes", "version": "1"}


def row(code: str, *parents: str) -> ConceptRow:
    return ConceptRow({"code": code, "display": f"the {code}"}, parents)


def test_it_reports_what_it_leaves_out(tmp_path: Path) -> None:
    rows = [row("a", "b", "x"), row("b", "c"), row("c", "a"), row("a"), row("d", "?")]
    report = build_index(HEADER, rows, tmp_path)
    assert report.concepts == 4
    assert (report.duplicates.count, report.duplicates.samples) == (1, [("a",)])
    assert report.unknown_parents.samples == [("a", "x"), ("d", "?")]
    assert report.cycles.samples == [("c", "a")]
    table = open_index(report.path)
    assert [table.code(each) for each in range(len(table))] == ["c", "b", "a", "d"]


def test_samples_are_few_but_all_are_counted(tmp_path: Path) -> None:
    report = build_index(HEADER, [row(str(i), "?") for i in range(100)], tmp_path)
    assert report.unknown_parents.count == 100
    assert len(report.unknown_parents.samples) == 20


def test_it_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    build_index(HEADER, [row("a")], tmp_path, progress=lambda *step: told.append(step), software="us")
    assert [each[0] for each in told] == ["reading concepts", "ordering the hierarchy"] + ["writing the table"] * 2
    assert told[-1][1:] == (1, 1)


def test_each_version_has_a_file_of_its_own(tmp_path: Path) -> None:
    versions = [{**HEADER, "version": each} for each in ("1", "1/2", "1-2")] + [{"url": HEADER["url"]}]
    assert len({build_index(each, [row("a")], tmp_path).path for each in versions}) == 4
    assert len(list(tmp_path.glob("*.table"))) == 4


def test_a_newer_build_takes_the_place_of_the_older_and_readers_keep_what_they_opened(tmp_path: Path) -> None:
    old = open_index(build_index(HEADER, [row("a")], tmp_path).path)
    new = open_index(build_index(HEADER, [row("b"), row("c")], tmp_path).path)
    assert (len(old), old.code(0)) == (1, "a")
    assert (len(new), new.code(0)) == (2, "b")


def test_a_source_that_fails_leaves_the_old_table_in_force(tmp_path: Path) -> None:
    path = build_index(HEADER, [row("a")], tmp_path).path
    before = sorted(tmp_path.iterdir())

    def failing() -> Iterator[ConceptRow]:
        yield row("b")
        raise RuntimeError("the disk is on fire")

    with pytest.raises(RuntimeError, match="on fire"):
        build_index(HEADER, failing(), tmp_path)
    assert sorted(tmp_path.iterdir()) == before
    assert open_index(path).code(0) == "a"


def test_what_cannot_be_written_as_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CodecError):
        build_index(HEADER, [ConceptRow({"code": "a", "display": "\ud800"})], tmp_path)
    assert list(tmp_path.glob("*.table")) == []


KILLED = """
import sys
from pathlib import Path
from terminology.tables.index_build import ConceptRow, build_index

def rows():
    yield from (ConceptRow({"code": str(i)}) for i in range(50_000))
    print("reading", flush=True)
    if STAGE == "reading":
        sys.stdin.read()

def progress(stage, done, total):
    if stage == "writing the table" and done:
        print("writing", flush=True)
        sys.stdin.read()

STAGE = sys.argv[2]
build_index({"url": "http://example.org/codes", "version": "1"}, rows(), Path(sys.argv[1]), progress=progress)
"""


@pytest.mark.skipif(os.name != "posix", reason="a process is killed by a signal")
@pytest.mark.parametrize("stage", ["reading", "writing"])
def test_a_build_that_is_killed_leaves_the_old_table_in_force(stage: str, tmp_path: Path) -> None:
    path = build_index(HEADER, [row("a")], tmp_path).path
    command = [sys.executable, "-c", KILLED, str(tmp_path), stage]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == stage.encode():
                break
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert open_index(path, verify=True).code(0) == "a"
    assert len(list(tmp_path.glob(".building-*"))) == 1
    build_index(HEADER, [row("b")], tmp_path)
    assert open_index(path).code(0) == "b"
    assert list(tmp_path.glob(".building-*")) == []
