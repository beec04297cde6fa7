"""Tables: what is a secret stamp and what is honey; what a broadcast's text may hold."""

from __future__ import annotations

import unicodedata

import pytest

from domain.broadcasts import Fault, Unfit, bar, counted, examine, fill, tally, tidy
from domain.secrets_stamp import has_secret_stamp

STAMPED = [
    "MẬT",
    "TỐI MẬT",
    "TUYỆT MẬT",
    "  TỐI   MẬT  ",
    "[ TUYỆT MẬT ]",
    "*** MẬT ***",
    "MẬT.",
    "MẬT 01",
    "MẬT (Bản số 1)",
    "TỐI MẬT bản số: 03",
    "TỈNH ỦY TIỀN GIANG\nTUYỆT MẬT\nBáo cáo tình hình",
    "TỈNH ỦY TIỀN GIANG\tTỐI MẬT",
    "Kính gửi đồng chí\r\nMẬT\r\n",
    "TỐI\u00a0MẬT",
    "TỐI\u200b MẬT",
    "ＴỐＩ　ＭẬＴ",
    "T Ố I  M Ậ T",
    "T Ố I M Ậ T",
    "TỈNH ỦY TIỀN GIANG\nT-U-Y-Ệ-T   M-Ậ-T",
    "* M Ậ T *",
    "M  Ậ  T",
    # at the start of a text or a caption
    "T Ố I  M Ậ T Báo cáo quý IV",
    "TỐI MẬT Báo cáo quý IV",
    "TỐI MẬT - kế hoạch bảo vệ",
    "MẬT: kế hoạch bảo vệ",
    "MẬT – Kế hoạch số 5",
    "MẬT Báo cáo quý IV",
]
INNOCENT = [
    "",
    "Tôi mất điện thoại rồi",
    "MẤT ĐIỆN THOẠI",
    "có mặt",
    "CÓ MẶT",
    "MẶT",
    "gắn bó mật thiết với nhân dân",
    "mật",
    "Tối mật",
    "TOI MAT",
    "MAT",
    "MẬT ONG",
    "MẬT ONG RỪNG 5 lít",
    "MẬT 5 lít",
    "M Ậ T  O N G",
    "M Ậ T O N G",
    "C Ó  M Ặ T",
    "MẬT zqxjk",
    "MẬT KHẨU CỦA TÔI LÀ GÌ",
    "MẬT khẩu",
    "Ai giữ tài liệu TỐI MẬT thì báo văn phòng",
    "Tối nay họp\nmật ong để ở bàn",
    "BẢO MẬT",
    "THÂN MẬT",
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("text", STAMPED)
def test_stamps(text: str, form: str) -> None:
    """As documents bear them, however the keyboard composes its marks."""
    assert has_secret_stamp(unicodedata.normalize(form, text))  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("text", INNOCENT)
def test_innocent_words(text: str, form: str) -> None:
    """Whoever has lost a telephone is not told to inform the committee's office."""
    assert not has_secret_stamp(unicodedata.normalize(form, text))  # type: ignore[arg-type]


# --- a broadcast's text ------------------------------------------------------------------------

LONGEST = {"tên": 20, "chi_bộ": 10}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Unfit(Fault.EMPTY)),
        ("TỐI MẬT\nKế hoạch", Unfit(Fault.SECRET)),
        ("Kính gửi {ông}", Unfit(Fault.UNKNOWN_PLACEHOLDER, placeholder="{ông}")),
        ("Kính gửi {}", Unfit(Fault.UNKNOWN_PLACEHOLDER, placeholder="{}")),
        ("x" * 101, Unfit(Fault.TOO_LONG, over=1)),
        ("x" * 90 + "{chi_bộ}", None),
        ("x" * 91 + "{chi_bộ}", Unfit(Fault.TOO_LONG, over=1)),
        ("😀" * 50, None),  # two units each
        ("😀" * 51, Unfit(Fault.TOO_LONG, over=2)),
        ("Kính gửi {tên}, {CHI BỘ}, {ten}, {chi_bo}", None),
        ("a { b } c } {", Unfit(Fault.UNKNOWN_PLACEHOLDER, placeholder="{ b }")),
        ("chỉ một dấu { thì không sao", None),
    ],
)
def test_what_may_be_sent(text: str, fault: Unfit | None) -> None:
    """Told before it is sent, not by the messenger afterwards."""
    assert examine(text, LONGEST, 100) == fault


def test_what_is_filled_in_is_not_filled_again() -> None:
    """A cell called "{tên}" would be a strange cell, and stays one."""
    assert fill("{ten} – {Chi bộ} {x}", {"tên": "{chi_bộ}", "chi_bộ": "{tên}"}) == (
        "{chi_bộ} – {tên} {x}"
    )


def test_lines_stay_lines() -> None:
    assert tidy(" Kính gửi\r\n\r\n\r\n\r\n các\t đồng  chí\u200b \n") == "Kính gửi\n\ncác đồng chí"
    assert tidy(unicodedata.normalize("NFD", "Đề nghị")) == "Đề nghị"


@pytest.mark.parametrize(
    ("done", "whole", "shown"),
    [
        (0, 498, "░░░░░░░░"),
        (120, 498, "▓▓░░░░░░"),
        (497, 498, "▓▓▓▓▓▓▓░"),
        (498, 498, "▓▓▓▓▓▓▓▓"),
        (0, 0, "▓▓▓▓▓▓▓▓"),
    ],
)
def test_the_bar_is_full_only_at_the_end(done: int, whole: int, shown: str) -> None:
    assert bar(done, whole) == shown


def test_numbers_as_people_read_them() -> None:
    assert counted(1204, 28029) == "1.204/28.029 ░░░░░░░░"


def test_everybody_is_counted_once() -> None:
    """Whatever states the post knows, those that are not settled wait."""
    states = {"pending": 1, "held": 2, "leased": 3, "sending": 4, "sent": 5, "failed": 6}
    figures = tally(states | {"unreachable": 7, "ambiguous": 8, "skipped": 9}, unreached=10)
    assert (figures.waiting, figures.settled, figures.posted) == (10, 35, 45)
    assert (figures.left, figures.to_be_called, figures.chosen) == (26, 23, 55)
