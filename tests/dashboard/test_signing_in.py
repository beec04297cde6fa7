"""The dashboard's door: who comes in, once, and how the way in is lost again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.commands import people as commands
from domain.rights import Role
from storage import grants, people
from tests.dashboard.desk import Desk, browser, desk_of, link_for
from tests.stories.town import Town

CODE = re.compile(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}")


async def test_a_link_from_the_chat_opens_once(town: Town) -> None:
    """Looking at it uses nothing; whoever finds it later finds nothing."""
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    link = await link_for(town, "dung")
    async with browser(town) as first, browser(town) as second:
        for _ in range(3):  # a messenger looks at links before people do
            assert "Mở bảng điều hành" in (await first.get(link)).text
        assert (await first.post(link)).status_code == 303
        page = await first.get("/bang")
        assert "Đảng ủy xã Thân Cửu Nghĩa" in page.text
        assert "Nguyễn Văn Dũng" in page.text
        for response in (await second.get(link), await second.post(link)):
            assert response.status_code == 410
            assert "gõ /bang để nhận đường dẫn mới" in response.text
        assert (await second.get("/bang")).status_code == 401


async def test_its_owner_is_told_wherever_they_were(town: Town) -> None:
    """A sign-in that was not theirs does not stay unseen."""
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    phone = await town.registered("dung", "telegram")
    async with browser(town) as client:
        link = (await phone.types("/bang")).rpartition("\n")[2]
        await client.post(f"{town.address}{link[link.index('/bang/') :]}")
    assert (await phone.hears()).startswith("Bảng điều hành của đồng chí vừa được mở")


async def test_a_link_is_good_for_ten_minutes(town: Town) -> None:
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    link = await link_for(town, "dung")
    town.now += timedelta(minutes=10)
    async with browser(town) as client:
        assert (await client.post(link)).status_code == 410


async def test_a_member_without_a_role_gets_no_link(town: Town) -> None:
    ba = await town.registered("ba", "web")
    assert (await ba.types("/bang")).startswith("Bảng điều hành dành cho cấp ủy")


async def test_a_session_ends_after_twelve_hours(town: Town) -> None:
    async with desk_of(town, "dung", "TCN") as desk:
        town.now += timedelta(hours=12)
        assert await desk.status("") == 401
        assert await desk.status("/chat") == 401


async def test_its_secret_opens_no_other_chat(town: Town) -> None:
    """Put into the chat's own cookie it is nobody, while the dashboard is open and afterwards:
    the browser gets a token of its own, and the words are to be said again."""
    async with desk_of(town, "dung", "TCN") as desk:
        secret = desk.client.cookies["bang"]
        said = {"id": "a1b2c3d4", "text": "/toi"}
        for hours in (0, 13):
            town.now += timedelta(hours=hours)
            async with browser(town) as other:
                other.cookies.set("diemdanh", secret, domain="127.0.0.1")
                assert "Nguyễn Văn Dũng" not in (await other.get("/chat")).text
                assert (await other.post("/chat/messages", data=said)).status_code == 428
                assert secret not in other.cookies["diemdanh"]
                assert (await other.post("/chat/messages", data=said)).status_code == 303


async def test_a_role_taken_back_closes_the_page_at_once(town: Town) -> None:
    async with desk_of(town, "dung", "TCN") as desk:
        assert await desk.status("") == 200
        async with town.app.database.write() as tx:
            await grants.revoke(tx, town.number_of("dung"), town.now, unit_id=None, venue_id=None)
        assert await desk.status("") == 401


async def test_signing_out_leaves_nothing_behind(town: Town) -> None:
    async with desk_of(town, "dung", "TCN") as desk:
        cookie = dict(desk.client.cookies)
        assert (await desk.send("/thoat")).status_code == 303
        assert await desk.status("") == 401
        async with browser(town) as thief:  # who has copied the cookie before
            thief.cookies.update(cookie)
            assert (await thief.get("/bang")).status_code == 401


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "../" * 14 + "a", "A" * 4000])
async def test_a_forged_session_is_nobody(town: Town, cookie: str) -> None:
    async with browser(town) as client:
        client.cookies.set("bang", cookie)
        response = await client.get("/bang")
        assert response.status_code == 401
        assert "Dùng mã khôi phục đã in" in response.text


async def test_a_foreign_page_cannot_send_a_form(town: Town) -> None:
    """Neither without the token, nor with it from elsewhere."""
    async with desk_of(town, "dung", "TCN") as desk:
        plain = await desk.client.post("/bang/thoat", data={})
        foreign = await desk.client.post(
            "/bang/thoat", data={"form": "0" * 32}, headers={"Origin": "http://elsewhere.example"}
        )
        assert (plain.status_code, foreign.status_code) == (403, 403)
        assert await desk.status("") == 200


async def test_the_printed_code_that_comes_with_the_role(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    """No chat at hand: the code of the operator's printer opens it, once."""
    code = f"DV{town.number_of('dung'):03}"
    capsys.readouterr()
    await commands.grant(
        town.app.database, town.app.key, town.now, member=code, role=Role.COORDINATOR,
        unit="TCN", venue=None, sees_names=False, public_url=town.address,
    )  # fmt: skip
    printed = capsys.readouterr().out.strip()
    async with browser(town) as client:
        desk = Desk(town, client)
        typed = printed.lower().replace("-", " ")
        assert (await client.post("/bang/ma-khoi-phuc", data={"code": typed})).status_code == 303
        assert "Đảng ủy xã Thân Cửu Nghĩa" in await desk.page()
        again = await client.post("/bang/ma-khoi-phuc", data={"code": typed})
        assert again.status_code == 403
        assert "Mã khôi phục chưa đúng hoặc đã được dùng" in again.text


async def test_guessing_codes_is_slow(town: Town) -> None:
    async with browser(town) as client:
        found = [
            (await client.post("/bang/ma-khoi-phuc", data={"code": f"K7P49QXM{n:04}"})).status_code
            for n in range(7)
        ]
        assert found == [403] * 5 + [429] * 2


async def test_reminders_never_go_to_a_dashboard(town: Town) -> None:
    """It is closed in the evening; what is for its owner goes to the owner's own chats."""
    async with desk_of(town, "dung", "TCN"):
        async with town.app.database.read() as db:
            reached = await people.reach(db, [town.number_of("dung")])
        assert len(reached[town.number_of("dung")]) == 1


async def test_new_codes_for_the_drawer(town: Town) -> None:
    """Shown once; each opens once, and those of before open nothing any more."""
    async with desk_of(town, "dung", "TCN") as desk:
        first = CODE.findall((await desk.send("/ma-moi")).text)
        second = CODE.findall((await desk.send("/ma-moi")).text)
        assert (len(first), len(second)) == (6, 6)
        assert not set(first) & set(second)
    async with browser(town) as client:
        tries = [(first[0], 403), (second[0], 303), (second[0], 403), (second[1], 303)]
        for code, status in tries:
            response = await client.post("/bang/ma-khoi-phuc", data={"code": code})
            assert response.status_code == status
