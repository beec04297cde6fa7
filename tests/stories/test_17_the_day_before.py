"""Story 17: each hall tries everything the day before, and the province sees who has not."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.clock import Clock
from domain import codes
from domain.codes import CodeKind
from domain.readiness import Check
from domain.rights import Role
from handlers import trials
from tests.dashboard.desk import desk_of
from tests.stories.town import Town

EVE = "2016-12-08"
WORKS = (
    "Chạy thử tại Hội trường UBND xã: điện thoại này dùng được. Mã chạy thử không tính điểm danh."
)


def trial_path(town: Town) -> str:
    return f"/man-hinh/{codes.screen_token(town.hall.venue)}/chay-thu"


async def ticks(town: Town, *checks: Check) -> None:
    """What somebody in the hall presses."""
    headers = {"Origin": town.address}
    async with httpx.AsyncClient(base_url=town.address, headers=headers) as client:
        for check in checks:
            response = await client.post(trial_path(town), data={"check": check})
            assert response.status_code == 303


async def test_a_phone_is_tried_and_nobody_is_counted(town: Town, channel: str) -> None:
    """A member's and a stranger's alike, by QR and by digits; the morning begins at nought."""
    minh, stranger = await town.registered("minh", channel), town.phone(channel)
    town.at("15:00", day=EVE)
    assert await minh.scans(town.hall.qr(CodeKind.TRIAL)) == WORKS
    assert await minh.types(town.hall.digits_of(CodeKind.TRIAL)) == WORKS
    assert await stranger.scans(town.hall.qr(CodeKind.TRIAL)) == WORKS
    assert await town.record_of("minh") is None
    town.at("07:12")
    assert (await minh.scans(town.hall.qr())).startswith("Đã điểm danh")


async def test_a_trial_code_is_no_way_in_once_the_hall_is_open(town: Town, channel: str) -> None:
    minh = await town.registered("minh", channel)
    town.at("07:12")
    heard = await minh.scans(town.hall.qr(CodeKind.TRIAL))
    assert heard.startswith("Đây là mã chạy thử, không tính điểm danh.")
    assert await town.record_of("minh") is None


async def test_the_hall_is_ready_when_all_is_tried(town: Town) -> None:
    """Its own page says what was heard; the board of those above follows."""
    town.at("15:00", day=EVE)
    async with desk_of(town, "tam", "TG") as desk:
        wall = trial_path(town).removesuffix("/chay-thu")
        assert trial_path(town) in (await desk.client.get(wall)).text, "the way there"
        board = await desk.page("/san-sang")
        assert "Điểm cầu đã sẵn sàng: 0/2" in board
        assert board.count("Chưa chạy thử") == 2
        await ticks(town, Check.SCREEN, Check.SOUND)
        lacking = re.search(r"Còn thiếu:([^<]*)", await desk.page("/san-sang"))
        assert lacking
        assert " ".join(lacking[1].split()) == "Đường truyền, Danh sách giấy, Điện thoại"
        await ticks(town, Check.SIGNAL)
        minh = await town.registered("minh", "web")
        await minh.scans(town.hall.qr(CodeKind.TRIAL))
        assert "Còn thiếu" in await desk.page("/san-sang")
        page = (await desk.client.get(trial_path(town))).text
        assert "Đã nhận từ: <strong>trình duyệt</strong>" in page
        await ticks(town, Check.PAPER)
        assert "Điểm cầu đã sẵn sàng." in (await desk.client.get(trial_path(town))).text
        assert "Điểm cầu đã sẵn sàng: 1/2" in await desk.page("/san-sang")


async def test_whom_to_call_stands_beside_each_hall(town: Town) -> None:
    """The plan's contact with its number, and who was made clerk or inspector there."""
    await town.grants("cuc", Role.CLERK, hall=town.hall)
    town.at("15:00", day=EVE)
    async with desk_of(town, "tam", "TG") as desk:
        assert "Bùi Thị Cúc" in await desk.page("/san-sang")
        assert (await desk.client.get("/bang/san-sang.xlsx")).status_code == 200
    async with desk_of(town, "hoa") as desk:  # of her own cell's hall only
        assert "Nhà văn hóa huyện" not in await desk.page("/san-sang")


async def test_the_province_is_told_the_day_before_and_in_the_morning(
    town: Town, channel: str
) -> None:
    """Twice, and not once everybody is ready; the list has whom to call."""
    tam = await town.registered("tam", channel)
    await town.grants("tam", Role.COORDINATOR, unit="TG")
    duties = {"trials": trials.fall_due}
    clock = Clock(town.app.database, town.app.house.calendar, lambda: town.now, duties)
    town.at("15:59", day=EVE)
    await clock.tick(town.now)
    said = tam.said
    town.at("16:00", day=EVE)
    for _ in range(2):  # a tick too many tells nobody twice
        await clock.tick(town.now)
    heard = await tam.hears()
    assert tam.said == said + 1
    assert heard.startswith("Kính gửi cấp ủy: còn 2/2 điểm cầu chưa chạy thử xong cho Hội nghị")
    await tam.presses("Điểm cầu chưa chạy thử")
    assert "Hội trường UBND xã: chưa có người liên hệ" in tam.last
    town.at("07:00")
    await clock.tick(town.now)
    assert (await tam.hears()).startswith("Kính gửi cấp ủy: còn 2/2")


@pytest.mark.parametrize("name", ["", "x", "phone:web"])
async def test_a_forged_check_is_refused(town: Town, name: str) -> None:
    town.at("15:00", day=EVE)
    headers = {"Origin": town.address}
    async with httpx.AsyncClient(base_url=town.address, headers=headers) as client:
        assert (await client.post(trial_path(town), data={"check": name})).status_code == 400
        foreign = await client.post(
            trial_path(town),
            data={"check": "sound"},
            headers={"Origin": "http://elsewhere.example"},
        )
        assert foreign.status_code == 403
        assert (await client.get("/man-hinh/nobody/chay-thu")).status_code == 404
