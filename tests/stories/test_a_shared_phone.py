"""Bà Lan and ông Minh, husband and wife, have one telephone between them."""

from __future__ import annotations

from sqlalchemy import select

from storage.schema import accounts, audit
from tests.stories.phones import BrowserPhone
from tests.stories.test_registering import agrees
from tests.stories.town import Town

LAN, MINH = "Nguyễn Thị Lan", "Trần Văn Minh"


async def test_one_telephone_records_two(town: Town) -> None:
    """He registers beside her with his own code; the next time it is one key each."""
    town.at("07:12")
    phone = await town.registered("lan", "web")
    assert isinstance(phone, BrowserPhone)
    assert (await phone.scans(town.hall.qr())).startswith(f"Đã điểm danh đồng chí {LAN}")

    heard = await phone.scans_as(town.hall.qr(), "Người khác trên máy này")
    assert "Đã ghi nhận giờ quét mã: 07:12" in heard
    await agrees(phone)
    await phone.types(town.code_of("minh"))
    await phone.presses("Đúng")
    assert [await town.record_of(who) is not None for who in ("lan", "minh")] == [True, True]

    for name in (LAN, MINH, LAN):
        assert "đã điểm danh lúc 07:12" in await phone.scans_as(town.hall.qr(), name)
        assert (await phone.sees("/chat/nguoi")).keys[0].label == name
    async with town.app.database.read() as db:
        rows = await db.execute(select(accounts.c.member_id).where(accounts.c.channel == "web"))
        assert sorted(row.member_id for row in rows) == [
            town.number_of("lan"),
            town.number_of("minh"),
        ]


async def test_a_scan_is_used_once(town: Town) -> None:
    """The page she checked in from stands open still: it tells him to scan, before he presses."""
    town.at("07:12")
    phone = await town.registered("lan", "web")
    assert isinstance(phone, BrowserPhone)
    page = await phone.sees(town.hall.qr())
    other = page.key("Người khác trên máy này")
    used = f"/c/{other.fields['command'].removeprefix('start c-')}"
    await phone.presses_on(page, "Điểm danh tại đây")
    again = await phone.sees(used)
    assert again.notice == (
        "Lượt quét này đã được dùng. Người khác đề nghị quét lại mã trên màn hình."
    )
    assert [key.label for key in again.keys] == ["Điểm danh tại đây"], "which tells her own time"
    stranger = await BrowserPhone(town.browser()).sees(used)
    assert stranger.notice == "Lượt quét này đã được dùng. Đề nghị quét lại mã trên màn hình."
    assert stranger.keys == []


async def test_who_is_not_registered_stands_last(town: Town) -> None:
    """Somebody has begun on her telephone and gone away: the large key stays hers."""
    town.at("07:12")
    phone = await town.registered("lan", "web")
    assert isinstance(phone, BrowserPhone)
    await phone.scans_as(town.hall.qr(), "Người khác trên máy này")
    keys = [key.label for key in (await phone.sees(town.hall.qr())).keys]
    assert keys == [LAN, "Người chưa đăng ký xong", "Người khác trên máy này"]


async def test_who_leaves_the_telephone_hears_nothing_there(town: Town) -> None:
    """[Quên người này trên máy]: her record stays, her chat is nobody's, and it is written down."""
    town.at("07:12")
    phone = await town.registered("lan", "web")
    assert isinstance(phone, BrowserPhone)
    await phone.scans(town.hall.qr())
    people = await phone.sees("/chat/nguoi")
    question = await phone.sees(people.links["Quên người này trên máy"])
    await phone.presses_on(question, "Quên người này trên máy")
    assert (await phone.sees("/chat")).bubbles == []
    assert await town.record_of("lan") is not None
    async with town.app.database.read() as db:
        assert await db.scalar(select(accounts.c.member_id)) is None
        noted = (await db.execute(select(audit).where(audit.c.action == "forget_browser"))).one()
    assert noted.actor_id == town.number_of("lan")
