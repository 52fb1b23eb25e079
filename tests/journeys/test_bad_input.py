"""What nobody should send is refused with the reason, and nothing of it is kept."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator

import pytest

from plumbline.demo.registry import stages, way
from plumbline.demo.registry.packages import package
from plumbline.demo.registry.people import LEAD
from plumbline.demo.registry.project import Project
from plumbline.demo.served import HOST
from plumbline.sample import editions
from tests.journeys.saying import says
from tests.registry.api.test_documents import bomb

GIGABYTE = 1_000_000_000
PIECE = b"x" * 65_536


@pytest.fixture
def project(place):
    made = Project(place.asking, place.calendar, editions()[0])
    way.to_drafting(made)
    return made


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_bad_input_is_refused_with_the_reason_and_nothing_half_written(project):
    before = _kept(project)
    query = {"kind": "draft", "name": "draft.docx"}
    says(project.refused("fileDocument", by=LEAD.login, query=query, content=bomb()), 422, "DOCX")
    says(
        project.refused("fileDocument", by=LEAD.login, query=query, content=b"\x7fELF" + bytes(500)),
        422,
        "none of PDF, DOCX",
    )
    cut = package(project.sample)[:5_000]
    says(project.refused("uploadPackageDraft", by=LEAD.login, content=cut), 422, "")
    for is_declared in (True, False):
        status, problem, sent = _upload(project, is_declared=is_declared)
        assert (status, problem["status"]) == (413, 413)
        assert sent < GIGABYTE / 5, "it is refused long before all of it has come"
    assert _kept(project) == before
    stages.finish_draft(project, package(project.sample))
    assert project.state == "20.60"


def _kept(project: Project) -> tuple[int, int]:
    documents = project.done("listDocuments", by="secretary")["documents"]
    return len(documents), len(project.done("listPackageDrafts", by=LEAD.login)["drafts"])


def _upload(project: Project, *, is_declared: bool) -> tuple[int, dict[str, object], int]:
    """Send a gigabyte until somebody objects; the status, the problem, and how much was sent."""
    asking = project.asking
    head = [
        f"POST /api/projects/{project.id}/packages HTTP/1.1",
        f"Host: {HOST}",
        f"Authorization: {asking.authorization(LEAD.login)}",
        "Content-Type: application/octet-stream",
        f"Content-Length: {GIGABYTE}" if is_declared else "Transfer-Encoding: chunked",
    ]
    sent = 0
    with socket.create_connection((HOST, asking.port), timeout=30) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode())

        def send() -> None:
            nonlocal sent
            try:
                for piece in _pieces(is_declared=is_declared):
                    connection.sendall(piece)
                    sent += len(PIECE)
            except OSError:
                return  # the server has closed: what it answered is read below

        thread = threading.Thread(target=send, daemon=True)
        thread.start()
        answer = connection.makefile("rb")
        status = int(answer.readline().split()[1])
        headers = dict(line.lower().split(b": ") for line in iter(answer.readline, b"\r\n"))
        problem = json.loads(answer.read(int(headers[b"content-length"])))
    thread.join(10)
    return status, problem, sent


def _pieces(*, is_declared: bool) -> Iterator[bytes]:
    piece = PIECE if is_declared else f"{len(PIECE):x}\r\n".encode() + PIECE + b"\r\n"
    for _ in range(GIGABYTE // len(PIECE)):
        yield piece
