"""Who did what: of one's own subtree, with names for those who may see them."""

from __future__ import annotations

import io
import re

from python_calamine import CalamineWorkbook
from sqlalchemy import insert

from domain.rights import Role
from storage.schema import audit
from tests.dashboard.desk import Desk, desk_of
from tests.stories.town import Town


async def note(town: Town, who: str | None, action: str, subject: str) -> None:
    async with town.app.database.write() as tx:
        await tx.execute(
            insert(audit).values(
                at=town.now,
                actor_id=town.number_of(who) if who else None,
                action=action,
                subject=subject,
            )
        )


async def lines(desk: Desk, query: str = "") -> list[tuple[str, ...]]:
    """Who, what and about whom, without the sign-ins that every desk begins with."""
    page = await desk.page(f"/nhat-ky?{query}")
    found = re.findall(r"<td>(.*?)</td><td>(.*?)</td><td>(.*?)</td>", page)
    return [tuple(row) for row in found if "bảng điều hành" not in row[1]]


async def test_the_commune_reads_what_concerns_it(town: Town) -> None:
    """The newest first; its superior's acts there by office, its own people's by name."""
    await town.grants("xuan", Role.COORDINATOR, unit="TG")
    await note(town, "hoa", "confirm", "session 1 c3")
    await note(town, "xuan", "voided", f"session 1 member {town.number_of('minh')}")
    await note(town, None, "invite", "unit 2")
    async with desk_of(town, "dung", "TCN") as desk:
        assert await lines(desk) == [
            ("Người vận hành hệ thống", "Lập mã đăng ký", "Đảng ủy xã Thân Cửu Nghĩa"),
            (
                "Cán bộ điều phối, Tỉnh ủy Tiền Giang",
                "Hủy một lượt điểm danh",
                "Hội nghị trực tuyến; Trần Văn Minh (1948), Chi bộ ấp 3",
            ),
            ("Lê Thị Hoa (1970)", "Xác nhận có mặt", "Hội nghị trực tuyến; Chi bộ ấp 3"),
        ]


async def test_other_subtrees_are_silent(town: Town) -> None:
    """Also what one's own superior, who belongs to a cell below, does for the whole province."""
    await town.grants("tam", Role.COORDINATOR, unit="TG")
    await note(town, "xuan", "confirm", "session 1 c6")
    await note(town, "tam", "hold", "unit 5")
    await note(town, "tam", "plan_applied", "campaign 1")
    await note(town, "hoa", "receive", "obligation 1 c6")
    await note(town, None, "secret.refused", "channel web")
    async with desk_of(town, "dung", "TCN") as desk:
        assert await lines(desk) == [("Lê Thị Hoa (1970)", "Nhận bài", "Ngoài phạm vi")]
    async with desk_of(town, "tam", "TG") as desk:
        assert ("Người vận hành hệ thống", "Từ chối nội dung có dấu mật", "Toàn hệ thống") in (
            await lines(desk)
        )


async def test_the_province_reads_offices_for_names(town: Town) -> None:
    await note(town, "hoa", "hand_out", f"member {town.number_of('minh')}")
    async with desk_of(town, "tam", "TG") as desk:
        [row] = await lines(desk, "loai=ma")
        assert row == ("Bí thư, Chi bộ ấp 3", "Cấp mã đăng ký", "một đảng viên, Chi bộ ấp 3")
    async with desk_of(town, "tam", "TG", sees_names=True) as desk:
        [row] = await lines(desk, "loai=ma")
        assert row[0] == "Lê Thị Hoa (1970)"


async def test_by_kind_by_day_and_page_by_page(town: Town) -> None:
    for n in range(60):
        town.at("07:30", day=f"2016-12-{10 + n % 2}")
        await note(town, "hoa", "confirm" if n % 3 else "receive", "session 1 c3")
    async with desk_of(town, "dung", "TCN") as desk:
        assert len(await lines(desk, "loai=bai")) == 20
        assert len(await lines(desk, "loai=diem-danh&ngay=2016-12-10")) == 20
        assert len(await lines(desk, "loai=%3Cb%3E&ngay=gestern&truoc=x")) <= 50
        first = await desk.page("/nhat-ky?loai=diem-danh&ngay=")
        assert "Cũ hơn" not in first
        whole = await desk.page("/nhat-ky")
        older = re.search(r"truoc=(\d+)", whole)
        assert older
        assert len(await lines(desk)) + len(await lines(desk, f"truoc={older[1]}")) == 60
        response = await desk.client.get("/bang/nhat-ky.xlsx?loai=bai")
        book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
        assert len(rows) == 4 + 20
