from __future__ import annotations

import io

import pytest

from plumbline.inputs import InputMissing, read_all, size_of


def test_a_folder_gives_its_resources_sorted_and_nothing_else(save, tmp_path):
    for name in ("b.json", "a.XML", "deep/c.ndjson", "notes.txt", "package.json", ".index.json"):
        save(name, b'{"a":1}\n')
    names = [document.name.removeprefix(f"{tmp_path}/") for document in read_all([str(tmp_path)])]
    assert names == ["a.XML", "b.json", "deep/c.ndjson:1"]


def test_empty_lines_of_bulk_data_are_passed_over_but_counted(save):
    path = save("a.ndjson", b'{"a":1}\n\n  \n{"a":2}')
    assert [document.first_line for document in read_all([str(path)])] == [1, 4]


def test_documents_are_read_one_after_the_other(save, tmp_path):
    documents = read_all([str(save("a.json", b"{}")), str(tmp_path / "gone.json")])
    assert next(documents).data == b"{}"
    problem = next(documents).problem
    assert problem is not None
    assert problem.id == "input.not-read"


def test_nothing_at_all_is_an_error(tmp_path):
    with pytest.raises(InputMissing, match="gone"):
        next(read_all([str(tmp_path / "gone.json")]))


def test_text_with_line_breaks_on_standard_input_is_one_resource():
    (document,) = read_all(["-"], lambda: io.BytesIO(b'{\n"a": 1\n}\n'))
    assert document.name == "stdin"


def test_the_size_is_that_of_all_files(save, tmp_path):
    save("a.json", b"12345")
    save("in/b.ndjson", b"123")
    assert size_of([str(tmp_path), "-"]) == 8


def test_a_truncated_gz_file_gives_what_it_holds_and_a_problem(save):
    import gzip

    whole = gzip.compress(b"".join(b'{"a":%d}\n' % n for n in range(50_000)))
    documents = list(read_all([str(save("a.ndjson.gz", whole[: len(whole) // 2]))]))
    assert len(documents) > 1
    assert documents[-1].problem is not None
