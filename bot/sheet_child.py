"""The process that opens one foreign file: `python -m bot.sheet_child FILE`.

Writes JSON lines: {"sheet": name}, {"row": [text, …]} …, {"end": true}; or {"fault": reason}.
It may be killed by its limits or by the parser at any point; then "end" is missing.
"""

from __future__ import annotations

import csv
import io
import json
import lzma
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NoReturn

from domain.text import fold

MEMORY = 400 * 1024 * 1024  # bytes of address space, interpreter included
PROCESSOR_TIME = 60  # seconds

UNPACKED = 256 * 1024 * 1024  # bytes of all parts of a workbook
PARTS = 2000
RATIO = 250  # packed to unpacked; a sheet of nothing but styled blank rows reaches about 50
SMALL = 1024 * 1024  # parts below this may be as dense as they like

COLUMNS = 200  # what stands further right is no roster
CELL = 1000  # characters; longer text is cut, and still too long for a name
CELLS = 3_000_000
CHARACTERS = 64_000_000

LOCKED = "tệp có mật khẩu, hoặc là định dạng .xls cũ; đề nghị bỏ mật khẩu và lưu dạng .xlsx"
NOT_XLSX = "không phải tệp .xlsx (có thể đã đổi đuôi tên tệp)"
BROKEN = "tệp hỏng hoặc bị cắt ngang"
TOO_LARGE = "nội dung quá lớn so với một danh sách"
DOCTYPE = "có khai báo DOCTYPE, không bảo đảm an toàn"
NOT_CSV = "không phải tệp .csv (có thể đã đổi đuôi tên tệp)"
ENCODING = "không rõ bảng mã chữ; đề nghị lưu dạng “CSV UTF-8” hoặc .xlsx"


# What zipfile raises for archives that were cut, garbled or forged.
_ARCHIVE_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    lzma.LZMAError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


class Refused(Exception):
    """The file is not read; the message says why."""


def main(path: Path) -> None:
    _limit()
    try:
        count = 0
        for name, rows in _csv(path) if path.suffix.lower() == ".csv" else _workbook(path):
            _say({"sheet": name})
            for row in rows:
                count += _say_row(row)
                if count > CELLS:
                    raise Refused(TOO_LARGE)
        _say({"end": True})
    except Refused as refusal:
        _say({"fault": str(refusal)})
    except MemoryError:
        _say({"fault": TOO_LARGE})


def _limit() -> None:
    """Bound memory and time where the system can; elsewhere the parent's clock must do."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_TIME),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):
            continue  # macOS knows no limit of address space


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def _say_row(row: Sequence[Any]) -> int:
    """Write a row without its empty end; returns how many cells it had, long ones counted more."""
    texts = [_text(value)[:CELL] for value in row[:COLUMNS]]
    while texts and not texts[-1]:
        texts.pop()
    _say({"row": texts})
    return len(texts) + sum(len(text) for text in texts) * CELLS // CHARACTERS


def _text(value: Any) -> str:
    """A cell as people read it: 1234.0 is "1234", a date is "1950-03-02"."""
    if value is None or value is False:
        return ""
    if value is True:
        return "x"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return value.isoformat() if isinstance(value, date | time) else str(value)


# --- workbooks -------------------------------------------------------------------------------


def _workbook(path: Path) -> Iterator[tuple[str, Iterator[Sequence[Any]]]]:
    _check_archive(path)
    import python_calamine  # only once the file looks harmless

    try:
        with path.open("rb") as file:
            workbook = python_calamine.CalamineWorkbook.from_filelike(file)
        for name in workbook.sheet_names:
            yield name, _sheet_rows(workbook.get_sheet_by_name(name))
    except python_calamine.PasswordError:
        _refuse(LOCKED)
    except python_calamine.WorksheetNotFound:
        return
    except python_calamine.CalamineError:
        _refuse(BROKEN)


def _sheet_rows(sheet: Any) -> Iterator[Sequence[Any]]:
    """Rows from 1 on, columns from A on; a cell merged downwards stands in each of its rows."""
    if sheet.start is None:
        return
    left = sheet.start[1]
    merged = {
        (row, start[1]): start
        for start, end in (sheet.merged_cell_ranges or [])[:10_000]
        if start[1] == end[1]
        for row in range(start[0] + 1, min(end[0], start[0] + 10_000) + 1)
    }
    columns = {column for _, column in merged}
    above: dict[tuple[int, int], Any] = {}
    for index, cells in enumerate(sheet.iter_rows()):
        row = [""] * left + cells if left else cells
        for column in columns:
            if column < len(row):
                row[column] = above.get(merged.get((index, column), (-1, -1)), row[column])
                above[index, column] = row[column]
        yield row


def _check_archive(path: Path) -> None:
    """Refuse what is no workbook, unpacks to too much, or declares entities."""
    with path.open("rb") as file:
        magic = file.read(8)
    if magic == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Refused(LOCKED)
    if not magic.startswith(b"PK"):
        raise Refused(NOT_XLSX)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(archive)
    except _ARCHIVE_ERRORS:
        _refuse(BROKEN)


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise Refused(NOT_XLSX)
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise Refused(TOO_LARGE)
    total = 0
    for part in parts:
        if part.flag_bits & 1:
            raise Refused(LOCKED)
        if part.file_size > max(SMALL, part.compress_size * RATIO):
            raise Refused(TOO_LARGE)
        total += _check_part(archive, part, UNPACKED - total)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> int:
    """Unpack a part without keeping it, since the directory may lie about its size."""
    size, tail = 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(1 << 16):
            size += len(chunk)
            if size > room:
                raise Refused(TOO_LARGE)
            text = (tail + chunk).replace(b"\0", b"")  # UTF-16 as well
            if part.filename.endswith((".xml", ".rels")) and (
                b"<!DOCTYPE" in text or b"<!ENTITY" in text
            ):
                raise Refused(DOCTYPE)
            tail = chunk[-32:]
    return size


def _refuse(reason: str) -> NoReturn:
    raise Refused(reason) from None


# --- comma-separated values ------------------------------------------------------------------


def _csv(path: Path) -> Iterator[tuple[str, Iterator[Sequence[Any]]]]:
    text = _decode(path.read_bytes())
    yield path.stem, _csv_rows(text)


def _csv_rows(text: str) -> Iterator[Sequence[Any]]:
    csv.field_size_limit(CELL * 1000)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    except csv.Error:
        _refuse(BROKEN)


def _delimiter(text: str) -> str:
    """What most often parts the words of the first lines; a title may contain a comma."""
    first = [line for line in text[:20_000].splitlines() if line.strip(" ;,\t")][:20]
    if first and first[0].lower().startswith("sep="):
        return first[0][4:5] or ","
    return max(";\t,", key=lambda mark: sum(line.count(mark) for line in first))


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in data[:1000] and not data.startswith(b"PK"):
        encodings = ["utf-16-le" if data[1:2] == b"\0" else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1258"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text or text.startswith(("PK\x03\x04", "%PDF", "{\\rtf")):
            break
        if encoding != "cp1258" or _is_vietnamese(text):
            return text
        raise Refused(ENCODING)
    raise Refused(NOT_CSV)


def _is_vietnamese(text: str) -> bool:
    """Whether the old Windows encoding gave words that a roster has."""
    beginning = fold(text[:20_000])
    return any(words in beginning for words in ("ho va ten", "ho ten", "ma cap tren"))


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    main(Path(sys.argv[1]))
