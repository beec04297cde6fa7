"""What is wrong with a configuration or a plan is told with its place, in Vietnamese."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.toml_file import Unreadable, read


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("a = 2017-02-30", "dòng 1, cột 5: ngày hoặc giờ không có thật"),
        ("a = 2016-13-09", "dòng 1, cột 9: ngày hoặc giờ không có thật"),
        ("a = 2016-12-09T25:00:00", "dòng 1, cột 15: ngày hoặc giờ không có thật"),
        ("a = 1\nb = 3 4", "dòng 2, cột 7: sau giá trị còn chữ thừa"),
        ("a = ", "dòng 1, cột 5: thiếu giá trị"),
        ("a = 1\r\nb = “x”", "dòng 2, cột 5: thiếu giá trị"),
        ("đợt = 1", "dòng 1, cột 1: tên chỉ gồm chữ không dấu"),
        ("a", "dòng 1, cột 2: sau tên còn thiếu dấu “=”"),
        ("[web\nport = 1", "dòng 1, cột 5: tên mục còn thiếu dấu “]”"),
        ("[[sessions]\n", "dòng 1, cột 11: tên mục còn thiếu dấu “]”"),
        ("a = 1\na = 2", "dòng 2, cột 6: giá trị này đã ghi ở trên"),
        ("[a]\n[a]", "dòng 2, cột 3: mục này đã có ở trên"),
        ("a = {b = 1, b = 2}", "dòng 1, cột 18: giá trị này đã ghi ở trên"),
        ("a = [1\nb = 3", "dòng 2, cột 1: danh sách còn thiếu dấu “]”"),
        ('a = "x', "dòng 1, cột 7: chữ còn thiếu dấu ngoặc kép"),
        ('a = "x\nb = 1', "dòng 1, cột 7: chữ còn thiếu dấu ngoặc kép"),
        ('a = "C:\\duong"', "dòng 1, cột 10: dấu “\\” trong chữ phải viết hai lần"),
        ('a = "C:\\Users"', "dòng 1, cột 10: dấu “\\” trong chữ phải viết hai lần"),
    ],
)
def test_a_slip_of_the_pen_is_shown_where_it_is(tmp_path: Path, written: str, told: str) -> None:
    """The parser's own words are English, and programmers'."""
    file = tmp_path / "plan.toml"
    file.write_bytes(written.encode())
    with pytest.raises(Unreadable) as why:
        read(file)
    assert why.value.fault.startswith(told)
    assert not {"Invalid", "Expected", "Cannot", "Illegal"} & set(why.value.fault.split())


def test_what_a_parser_may_yet_say_has_its_place_too(tmp_path: Path) -> None:
    """A control character: rare, and told as such; nothing of the file itself is repeated."""
    file = tmp_path / "config.toml"
    file.write_bytes(b'[telegram]\ntoken = "1:secret\x01"')
    with pytest.raises(Unreadable) as why:
        read(file)
    assert why.value.fault == "dòng 2, cột 18: có ký tự không dùng được"
