"""What a PDF does besides being read: told to those who open it (ISO 32000-1, 7.3.5 names, 7.5.7 object streams).

The file is looked through, not interpreted: what stands in an encrypted part cannot be seen.
"""

from __future__ import annotations

import mmap
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from registry.sentence import Sentence

MAGIC = b"%PDF-"
_END = b"%%EOF"
_TAIL = 1024
_MOST_UNPACKED = 16_000_000
_MOST_STREAMS = 2_000
_STREAM = re.compile(rb"stream\r?\n")
_NEAR = 4096
_WINDOW = 1 << 20


def _name(text: str) -> bytes:
    """A pattern for the name `/text`, any letter of which may be written `#` and two digits."""
    letters = b"".join(b"(?:%c|#(?i:%02x))" % (ord(each), ord(each)) for each in text)
    return b"/" + letters + rb"(?=[\s/<>\[\]()%])"


_FEATURES = {
    "Encrypt": Sentence("the PDF is encrypted: not all of it can be looked through", "该 PDF 已加密，部分内容无法检查"),
    "JavaScript": Sentence("the PDF holds JavaScript", "该 PDF 含有 JavaScript 脚本"),
    "JS": Sentence("the PDF holds JavaScript", "该 PDF 含有 JavaScript 脚本"),
    "Launch": Sentence("the PDF can start other programs", "该 PDF 可启动外部程序"),
    "EmbeddedFile": Sentence("the PDF has files embedded", "该 PDF 内嵌了其他文件"),
}
_OBJECTS = "ObjStm"
_SCRIPT_FOLLOWS = {"JS": rb"\s*(?:[(<]|\d+\s+\d+\s+R)"}
"""So short a name turns up by chance in what is compressed: a script has to follow."""
_NAMES = re.compile(
    b"|".join(
        b"(?P<%s>%s%s)" % (each.encode(), _name(each), _SCRIPT_FOLLOWS.get(each, b""))
        for each in (*_FEATURES, _OBJECTS)
    )
)


def told_of_pdf(path: Path) -> tuple[Sentence, ...]:
    """What the readers of the PDF should know. Raises OSError."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        names = set(_names(data))
        found = [sentence for name, sentence in _FEATURES.items() if name in names]
        if data.rfind(_END, max(0, len(data) - _TAIL)) < 0:
            found.append(Sentence("the PDF has no end mark: it may be cut short", "该 PDF 缺少结束标记，可能不完整"))
    return tuple(dict.fromkeys(found))


def _names(data: mmap.mmap) -> Iterator[str]:
    """The telling names in the file and in the objects that it keeps compressed, within the limits."""
    left, streams = _MOST_UNPACKED, 0
    for start in range(0, len(data), _WINDOW):  # by windows, so that others may run in between
        for found in _NAMES.finditer(data, start, start + _WINDOW + _NEAR):
            name = found.lastgroup or ""
            yield name
            if name == _OBJECTS and left > 0 and streams < _MOST_STREAMS:
                unpacked = _objects(data, found.end(), left)
                left, streams = left - len(unpacked), streams + 1
                yield from (each.lastgroup or "" for each in _NAMES.finditer(unpacked))


def _objects(data: mmap.mmap, after: int, most: int) -> bytes:
    start = _STREAM.search(data, after, after + _NEAR)
    return _inflated(data, start.end(), most) if start is not None else b""


def _inflated(data: mmap.mmap, start: int, most: int) -> bytes:
    """What can be inflated from `start` on; a stream that is packed otherwise or damaged gives what came before."""
    unpacker, out = zlib.decompressobj(), bytearray()
    while not unpacker.eof and len(out) < most and start < len(data):
        chunk = data[start : start + (1 << 16)]
        start += len(chunk)
        try:
            out += unpacker.decompress(chunk, most - len(out))
        except zlib.error:
            break
    return bytes(out)
