"""The page at the door as the server sees it: who may, what counts, and what comes twice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from domain import personal_codes
from domain.attendance import Via
from domain.door import MOST_MARKS, MOST_WRONG
from domain.rights import Role
from domain.text import clock
from storage import devices, grants
from storage.schema import attendance, attendance_log, audit
from tests.stories.cast import KEY
from tests.stories.phones import Phone
from tests.stories.town import Town


@dataclass
class DoorPage:
    """What the page's script says to the server."""

    town: Town
    web: httpx.AsyncClient
    venue: int
    clerk: str = ""
    made: int = 0

    async def roll(self) -> dict[str, Any]:
        answer = await self.web.get(f"/cua/{self.venue}/so-lieu")
        said: dict[str, Any] = answer.json()
        return said

    def mark(self, key: str, *, named: str = "member", at: str = "", offline: bool = True) -> Any:
        """Somebody was seen at that time; now, where none is named."""
        before = self.town.now
        if at:
            self.town.at(at)
        instant, self.town.now = self.town.now, before
        self.made += 1
        milliseconds = int(instant.timestamp() * 1000)
        return {
            "id": f"mark-{self.made:012}",
            "named": named,
            "key": key,
            "at": milliseconds,
            "offline": offline,
        }

    def of(self, who: str, at: str = "", *, offline: bool = True) -> Any:
        return self.mark(str(self.town.number_of(who)), at=at, offline=offline)

    async def sends(self, *marks: Any) -> httpx.Response:
        body = {"clerk": self.clerk, "marks": marks}
        return await self.web.post(f"/cua/{self.venue}/ghi-nhan", json=body)

    async def hears(self, *marks: Any) -> list[str]:
        answers = (await self.sends(*marks)).json()["answers"]
        return [answer["words"] for answer in answers]


async def linked(town: Town, phone: Phone) -> str:
    """The path of a fresh one-time link."""
    await phone.types(f"/door v{town.hall.venue.id}")
    found = re.search(r"/cua/vao/\S+", phone.last)
    assert found is not None
    return found[0]


@pytest.fixture
async def cuc(town: Town) -> Phone:
    await town.grants("cuc", Role.CLERK, hall=town.hall)
    town.at("07:14")
    return await town.registered("cuc", "web")


@pytest.fixture
async def door(town: Town, cuc: Phone) -> DoorPage:
    """Cúc's browser, signed in."""
    web = town.browser()
    path = await linked(town, cuc)
    assert (await web.get(path)).status_code == 200
    entered = await web.post(path)
    assert entered.status_code == 303
    page = DoorPage(town, web, town.hall.venue.id)
    page.clerk = (await page.roll())["clerk"]
    return page


# --- who may -----------------------------------------------------------------------------------


async def test_a_link_signs_in_once(town: Town, cuc: Phone) -> None:
    """Looking consumes nothing, for previews look too; a second press is late, another hour too."""
    path = await linked(town, cuc)
    first, second = town.browser(), town.browser()
    for _ in range(2):
        assert "Mở trên thiết bị này" in (await first.get(path)).text
    cookie = (await first.post(path)).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await second.post(path)).status_code == 404
    assert "đã được dùng" in (await second.get(path)).text
    late = await linked(town, cuc)
    town.at("07:30")
    assert (await second.post(late)).status_code == 404
    assert (await second.post("/cua/vao/" + "x" * 43)).status_code == 404


async def test_only_our_own_page_uses_a_link(town: Town, cuc: Phone) -> None:
    path = await linked(town, cuc)
    foreign = {"Origin": "https://elsewhere.example"}
    assert (await town.browser().post(path, headers=foreign)).status_code == 403


async def test_a_forged_cookie_and_another_hall_learn_nothing(town: Town, door: DoorPage) -> None:
    """A hall that is not yours looks like a hall that does not exist."""
    mine = door.venue
    token = door.web.cookies[f"diemdanh-cua-{mine}"]
    other = town.other_hall.venue.id
    stranger = town.browser()
    pages = []
    for venue in (other, 9999):
        stranger.cookies.set(f"diemdanh-cua-{venue}", token)
        pages.append((await stranger.get(f"/cua/{venue}")).text.replace(f'"{venue}"', '""'))
        said = await stranger.get(f"/cua/{venue}/so-lieu")
        assert (said.status_code, said.json()["ended"]) == (404, True)
    assert pages[0] == pages[1]
    assert "Để nhận đường dẫn mới" in pages[0]
    stranger.cookies.set(f"diemdanh-cua-{mine}", "x" * 43)
    assert (await stranger.get(f"/cua/{mine}")).status_code == 404
    door.venue = other
    assert (await door.sends(door.of("xuan"))).status_code == 404


@pytest.mark.parametrize("how", ["role", "devices", "sign out", "time"])
async def test_it_ends_at_once(town: Town, door: DoorPage, how: str) -> None:
    """With the role, with the clerk's lost phone, with [Thoát], a day after the session."""
    number = town.number_of("cuc")
    if how == "sign out":
        assert (await door.web.post(f"/cua/{door.venue}/thoat", json={})).json()["ended"]
    elif how == "time":
        town.at("11:30", day="2016-12-10")
    async with town.app.database.write() as tx:
        if how == "role":
            await grants.revoke(tx, number, town.now, unit_id=None, venue_id=door.venue)
        elif how == "devices":
            await devices.stop_all(tx, number, town.now)
    for answer in (
        await door.web.get(f"/cua/{door.venue}"),
        await door.web.get(f"/cua/{door.venue}/so-lieu"),
        await door.sends(door.of("lan")),
    ):
        assert answer.status_code == 404
    assert await town.record_of("lan") is None


async def test_marks_of_somebody_else_are_not_hers(town: Town, door: DoorPage) -> None:
    """Another clerk has signed in on the same phone since: what waits there is not theirs."""
    door.clerk = str(town.number_of("thanh"))
    assert (await door.sends(door.of("lan"))).status_code == 404
    assert await town.record_of("lan") is None


# --- what counts -------------------------------------------------------------------------------


async def test_each_mark_has_its_own_time(town: Town, door: DoorPage, cuc: Phone) -> None:
    """And is known for one that was made without a network; the member hears who vouched."""
    lan = await town.registered("lan", "web")
    town.at("07:26")
    now = door.of("bon", offline=False)
    assert await door.hears(door.of("lan", "07:15"), door.of("minh", "07:21"), now) == [
        "Đã ghi nhận đồng chí Nguyễn Thị Lan lúc 07:15.",
        "Đã ghi nhận đồng chí Trần Văn Minh lúc 07:21.",
        "Đã ghi nhận đồng chí Phạm Thị Bốn lúc 07:26.",
    ]
    entries = [await town.record_of(who) for who in ("lan", "minh", "bon")]
    assert [(clock(e.at), e.via, e.is_offline) for e in entries if e] == [
        ("07:15", Via.CLERK, True),
        ("07:21", Via.CLERK, True),
        ("07:26", Via.CLERK, False),
    ]
    assert (await lan.hears()).startswith(
        "Đồng chí Bùi Thị Cúc, cán bộ phụ trách điểm danh, đã xác nhận đồng chí có mặt lúc 07:15."
    )
    async with town.app.database.read() as db:
        noted = (await db.scalars(select(audit.c.detail).where(audit.c.action == "confirm"))).one()
    numbers = [town.number_of(who) for who in ("lan", "minh", "bon")]
    assert noted == {"members": numbers, "offline": numbers[:2]}


async def test_the_roll_agrees_with_the_chat(town: Town, door: DoorPage, cuc: Phone) -> None:
    """Those who checked in, a guest and one who need not come: one figure everywhere."""
    await town.came(["hoa", "minh"])
    await door.hears(
        door.of("lan"),
        door.of("tho"),
        door.mark(f"DV{town.number_of('xuan'):03}", named="code"),
    )
    roll = await door.roll()
    assert (roll["present"], roll["summoned"]) == (4, 28)
    assert (await cuc.types("/diemcau")).startswith(
        "Hội trường UBND xã (07:14): có mặt 4/28 (tự điểm danh 2; cán bộ xác nhận 2)"
    )
    assert len(roll["recorded"]) == 4
    again = (await door.web.get(f"/cua/{door.venue}/so-lieu?known={roll['digest']}&codes=0")).json()
    assert again["people"] is again["codes"] is None


async def test_cards_and_slips(town: Town, door: DoorPage) -> None:
    """A card names its owner, a slip too; neither does anything but say that they are there."""
    cards = {row[0]: row[5] for row in (await door.roll())["people"]}
    lan = town.number_of("lan")
    token = personal_codes.card_token(KEY, lan)
    assert token not in str(cards)
    assert len(cards[lan]) == 12
    assert await door.hears(
        door.mark(token, named="card"),
        door.mark(town.code_of("xuan"), named="slip"),
        door.mark(token[:-1] + ("A" if token[-1] != "A" else "B"), named="card"),
        door.mark("BBBB2222", named="slip"),
    ) == [
        "Đã ghi nhận đồng chí Nguyễn Thị Lan lúc 07:14.",
        "Đã ghi nhận đồng chí Lý Thị Xuân lúc 07:14.",
        *["Không có đồng chí nào khớp. Đề nghị tìm theo tên."] * 2,
    ]


async def test_who_guesses_is_signed_out(town: Town, door: DoorPage) -> None:
    """A registration code opens an account: the door is no place to try them."""
    guesses = [door.mark(f"BBBB{2222 + n}", named="slip") for n in range(MOST_WRONG + 1)]
    assert (await door.sends(*guesses)).status_code == 200
    assert (await door.sends(door.of("lan"))).status_code == 404


async def test_times_that_cannot_be(town: Town, door: DoorPage) -> None:
    """Before anybody could be let in, in the future, and after all is over; a clock that is a
    little ahead is forgiven."""
    assert await door.hears(
        door.of("lan", "05:59"), door.of("minh", "07:16"), door.of("bon", "07:14:40")
    ) == [
        "Giờ ghi nhận sớm hơn 06:00, ngày 09/12/2016. Đề nghị ghi nhận lại.",
        "Giờ ghi nhận chưa đến. Đề nghị xem lại giờ của máy và ghi nhận lại.",
        "Đã ghi nhận đồng chí Phạm Thị Bốn lúc 07:14.",
    ]
    entry = await town.record_of("bon")
    assert entry is not None
    assert entry.at == town.now
    assert await town.record_of("lan") is await town.record_of("minh") is None


async def test_she_does_not_vouch_for_herself_nor_for_another_halls_rows(
    town: Town, door: DoorPage
) -> None:
    """A row's number is good for people of this hall only: numbers are easily guessed."""
    assert await door.hears(door.of("cuc"), door.of("xuan"), door.mark("999")) == [
        "Cán bộ không tự xác nhận cho mình. Đề nghị đồng chí tự điểm danh.",
        *["Không có đồng chí nào khớp. Đề nghị tìm theo tên."] * 2,
    ]


# --- what comes twice --------------------------------------------------------------------------


async def test_a_batch_that_comes_twice_changes_nothing(town: Town, door: DoorPage) -> None:
    """The answer was lost and the page sends again: the same answers, one entry, one message."""
    lan = await town.registered("lan", "web")
    batch = [door.of("lan"), door.of("minh")]
    first = await door.hears(*batch)
    town.at("07:20")
    assert await door.hears(*batch) == first
    await lan.hears()
    await town.quiet()
    assert lan.said == 1
    assert await _count(town) == (2, 2)


async def test_a_mark_says_nothing_of_anybody_else(town: Town, door: DoorPage) -> None:
    """Its id has recorded Lan: sent again for Minh it would say that he is there, and he is not."""
    mark = door.of("lan")
    await door.hears(mark)
    answer = (await door.sends(mark | {"key": str(town.number_of("minh"))})).json()["answers"][0]
    assert answer["present"] is False
    assert answer["words"] == "Mã lượt ghi đã dùng cho người khác. Đề nghị ghi nhận lại."
    assert await town.record_of("minh") is None


async def test_an_entry_taken_back_does_not_come_back(town: Town, door: DoorPage) -> None:
    """An inspector has voided it before the page, which heard nothing, sends it once more."""
    mark = door.of("lan")
    await door.hears(mark)
    await town.grants("thanh", Role.INSPECTOR, hall=town.hall)
    thanh = await town.registered("thanh", "web")
    await thanh.types("/diemcau")
    await thanh.presses("Đính chính")
    assert await thanh.types("lan") == (
        "Ghi nhận này được nhập khi mất mạng và gửi sau.\nĐề nghị đồng chí nhập lý do."
    )
    assert (await thanh.types("Nhầm người")).startswith("Đã hủy ghi nhận")
    assert await door.hears(mark) == ["Đã ghi nhận đồng chí Nguyễn Thị Lan lúc 07:14."]
    assert [action for action, _ in await town.history_of("lan")] == ["recorded", "voided"]
    await door.hears(door.of("lan"))
    assert [action for action, _ in await town.history_of("lan")][2:] == ["recorded"]


async def test_the_first_entry_stands(town: Town, door: DoorPage) -> None:
    """She checked in herself at 07:20; the clerk's mark of 07:15 arrives later and adds nothing."""
    town.at("07:20")
    await town.came(["lan"])
    town.at("07:26")
    assert (
        await door.hears(door.of("lan", "07:15"), door.of("lan", "07:16"))
        == ["Đồng chí Nguyễn Thị Lan đã được ghi nhận lúc 07:20."] * 2
    )
    entry = await town.record_of("lan")
    assert entry is not None
    assert (entry.via, entry.is_offline) == (Via.SELF, False)


async def test_the_inspector_sees_that_it_was_entered_offline(town: Town, door: DoorPage) -> None:
    """Who decides about an objection knows how the entry came about."""
    lan = await town.registered("lan", "web")
    await town.grants("thanh", Role.INSPECTOR, hall=town.hall)
    thanh = await town.registered("thanh", "web")
    await door.hears(door.of("lan"))
    await lan.hears()
    await lan.presses("Đề nghị xem lại")
    assert (await thanh.hears()).endswith("Ghi nhận này được nhập khi mất mạng và gửi sau.")


# --- what no page of ours sends ----------------------------------------------------------------


async def test_what_no_page_of_ours_sends(town: Town, door: DoorPage) -> None:
    mark = door.of("lan")
    wrong: list[Any] = [
        {"clerk": door.clerk, "marks": []},
        {"clerk": door.clerk, "marks": [mark, mark]},
        {"clerk": door.clerk, "marks": [door.of("lan") for _ in range(MOST_MARKS + 1)]},
        {"clerk": door.clerk, "marks": [mark | {"at": "07:14"}]},
        {"clerk": door.clerk, "marks": [mark | {"at": 10**18}]},
        {"clerk": door.clerk, "marks": [mark | {"named": "anybody"}]},
        {"clerk": door.clerk, "marks": [mark | {"id": "' OR 1=1 --"}]},
        {"clerk": door.clerk, "marks": [mark | {"by": 1}]},
        [],
        None,
    ]
    for body in wrong:
        answer = await door.web.post(f"/cua/{door.venue}/ghi-nhan", json=body)
        assert answer.status_code == 400, body
    foreign = {"Origin": "https://elsewhere.example"}
    body = {"clerk": door.clerk, "marks": [mark]}
    answer = await door.web.post(f"/cua/{door.venue}/ghi-nhan", json=body, headers=foreign)
    assert answer.status_code == 403
    assert await _count(town) == (0, 0)


async def test_the_page_itself_names_nobody(town: Town, door: DoorPage) -> None:
    """The phone keeps it in the clear. Only here may a script use the camera."""
    page = await door.web.get(f"/cua/{door.venue}")
    assert "Hội trường UBND xã" in page.text
    assert "Nguyễn" not in page.text
    assert "camera=(self)" in page.headers["permissions-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert "camera=()" in (await door.web.get("/chat")).headers["permissions-policy"]


async def _count(town: Town) -> tuple[int, int]:
    async with town.app.database.read() as db:
        entries = await db.scalar(select(func.count()).select_from(attendance))
        versions = await db.scalar(select(func.count()).select_from(attendance_log))
    return entries or 0, versions or 0
