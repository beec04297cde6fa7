"""Figures as pictures and tables."""

from __future__ import annotations

from datetime import datetime

from domain.text import clock, day, number, rate
from handlers.texts.sentence import Text

CHART = Text("Biểu đồ")
CURVE = Text("Diễn biến")
SHEET = Text("Tải .xlsx")
NOT_MADE = Text("Chưa tạo được tệp. Đề nghị đồng chí thử lại sau.")
NOT_DRAWN = Text("Chưa vẽ được biểu đồ. Số liệu:")
HATCHED = Text("Gạch chéo: dưới 50%.")


def chart_of(campaign: str) -> Text:
    return Text("Biểu đồ {campaign}", campaign=campaign)


def as_of(at: datetime) -> Text:
    return Text("Số liệu lúc {time}, {day}", time=clock(at), day=day(at))


def studied(part: int, whole: int) -> Text:
    return Text(
        "Đã học tập {part}/{whole} phải học ({rate})",
        part=number(part),
        whole=number(whole),
        rate=rate(part, whole),
    )


def came(part: int, whole: int) -> Text:
    return Text(
        "Có mặt {part}/{whole} triệu tập ({rate})",
        part=number(part),
        whole=number(whole),
        rate=rate(part, whole),
    )


def more_units(left: int) -> Text | None:
    """Those that have no bar."""
    return Text("Và {count} đơn vị khác.", count=number(left)) if left else None


def present(count: int) -> Text:
    return Text("Có mặt {count}", count=number(count))


def expected(count: int) -> Text:
    return Text("Dự kiến {count}", count=number(count))


def begins(at: datetime) -> Text:
    return Text("Bắt đầu {time}", time=clock(at))


def on_dashboard(url: str) -> Text:
    return Text("Xem đầy đủ trên bảng điều hành: {url}", url=url)
