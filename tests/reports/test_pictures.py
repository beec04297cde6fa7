"""Pictures as the bot has them drawn: by the real child, whatever units are called."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from PIL import Image

from bot import children
from reports import pictures
from reports.pictures import Bar, Bars, Chart, Curve, Heading, Moment

HEADING = Heading(
    title="Học tập, quán triệt Nghị quyết Trung ương 4 khóa XII " * 3,
    unit="Đảng ủy xã Thân Cửu Nghĩa",
    sum="Đã học tập 10/28 (35,7%)",
    as_of="Số liệu lúc 08:05, 09/12/2016",
)
OPENS_AT = datetime(2016, 12, 9, 0, 0, tzinfo=UTC)
ODD_NAMES = ["$x^2$", "$", "\\frac{1}{0}", "Chi bộ " + "ấp " * 90, "=1+1", "党支部", "", "a_b^c"]


def bars(*units: Bar) -> Bars:
    return Bars(heading=HEADING, bars=units, below="Gạch chéo: dưới 50%.")


def curve(minutes: int, came: int, expected: int) -> Curve:
    points = [
        Moment(at=OPENS_AT + timedelta(minutes=one), present=came, expected=expected)
        for one in range(minutes)
    ]
    return Curve(
        heading=HEADING, points=points, starts_at=OPENS_AT + timedelta(minutes=30),
        present="Có mặt 10", expected="Dự kiến 28", start="Bắt đầu 07:30",
    )  # fmt: skip


CHARTS: dict[str, Chart] = {
    "names that a careless hand would take for formulas": bars(
        *(Bar(name=name, part=place, whole=9) for place, name in enumerate(ODD_NAMES))
    ),
    "as many as there is room for": bars(
        *(Bar(name="Chi bộ", part=9_999, whole=10_000) for _ in range(pictures.MOST_BARS))
    ),
    "nobody is obliged": bars(Bar(name="Chi bộ", part=0, whole=0)),
    "more than all": bars(Bar(name="Chi bộ", part=30, whole=28)),
    "the doors have just opened": curve(1, 0, 0),
    "a whole morning": curve(270, 28_029, 30_000),
}


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
async def test_it_is_drawn(chart: Chart) -> None:
    """A PNG as wide as a phone held upright, small enough for a slow line."""
    png = await children.run(
        "reports.pictures", pictures.kind_of(chart), given=msgspec.json.encode(chart), seconds=60
    )
    assert png
    picture = Image.open(io.BytesIO(png))
    assert (picture.format, picture.width) == ("PNG", pictures.WIDTH)
    assert picture.height <= pictures.HEIGHT
    assert len(png) < 150_000
    assert len(picture.convert("RGB").getcolors(100_000) or []) > 5, "something is drawn"
