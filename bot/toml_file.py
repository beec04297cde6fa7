"""TOML files that operators write, and in Vietnamese what is wrong with one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from bot.os_faults import reason

_WHERE = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
_DATE_NEAR = re.compile(r"[=\[,]\s*\d{4}-\d")
_NO_DATE = "ngày hoặc giờ không có thật, hoặc viết chưa đúng dạng 2016-12-09T07:30:00"
# What the parser says begins so; the longest that fits is meant.
_WORDS = {
    "Invalid date or datetime": _NO_DATE,
    "Expected newline or end": "sau giá trị còn chữ thừa, hoặc chữ chưa đặt trong ngoặc kép",
    "Invalid value": 'thiếu giá trị, hoặc giá trị viết chưa đúng (chữ đặt trong "…")',
    "Invalid statement": "tên chỉ gồm chữ không dấu, chữ số, gạch nối, gạch dưới",
    "Invalid initial character": "tên chỉ gồm chữ không dấu, chữ số, gạch nối, gạch dưới",
    "Expected '='": "sau tên còn thiếu dấu “=”",
    "Expected ']": "tên mục còn thiếu dấu “]” ở cuối",
    "Cannot overwrite": "giá trị này đã ghi ở trên",
    "Cannot declare": "mục này đã có ở trên",
    "Cannot mutate": "mục này đã có ở trên",
    "Cannot redefine": "mục này đã có ở trên",
    "Duplicate inline": "giá trị này đã ghi ở trên",
    "Unclosed array": "danh sách còn thiếu dấu “]”, hoặc thiếu dấu phẩy",
    "Unclosed inline": "còn thiếu dấu “}”",
    "Unterminated string": "chữ còn thiếu dấu ngoặc kép ở cuối",
    "Illegal character '\\n'": "chữ còn thiếu dấu ngoặc kép ở cuối dòng",
    "Illegal character": "có ký tự không dùng được",
    "Found invalid character": "có ký tự không dùng được",
    "Unescaped '\\'": "dấu “\\” trong chữ phải viết hai lần, hoặc dùng “/”",
    "Invalid hex": "dấu “\\” trong chữ phải viết hai lần, hoặc dùng “/”",
    "Escaped character": "dấu “\\” trong chữ phải viết hai lần, hoặc dùng “/”",
}


class Unreadable(Exception):
    """Why a file is not read: `fault`, and `remedy`, how to mend it. Never holds what is in it."""

    def __init__(self, fault: str, remedy: str) -> None:
        super().__init__(fault)
        self.fault = fault
        self.remedy = remedy


def read(path: Path) -> dict[str, Any]:
    """What stands in the file. Raises Unreadable."""
    try:
        # Notepad puts a byte order mark before the text; TOML does not know it.
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        return tomllib.loads(text)
    except OSError as error:
        raise Unreadable(f"không đọc được tệp ({reason(error)})", "kiểm tra đường dẫn") from None
    except UnicodeDecodeError:
        raise Unreadable("tệp không phải UTF-8", "lưu lại với bảng mã UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(_in_words(str(error), text), "sửa đúng dòng đã nêu") from None


def _in_words(said: str, text: str) -> str:
    found = _WHERE.search(said)
    if found is None or found["line"] is None:
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
    else:
        line, column = int(found["line"]), int(found["column"])
    begins = max((known for known in _WORDS if said.startswith(known)), key=len, default=None)
    reason = _WORDS[begins] if begins else "không đúng dạng TOML"
    written = text.split("\n")[line - 1]
    if begins == "Expected newline or end" and _DATE_NEAR.search(written[: column + 1]):
        reason = _NO_DATE  # "2016-13-09" reads as a number with something behind it
    return f"dòng {line}, cột {column}: {reason}"
