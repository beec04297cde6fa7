"""Bà Lan has lost her phone; the secretary stops it and she goes on with a new one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.commands import people as commands
from bot.refusal import Refused
from domain.messages import Address, Lane, Outbound
from domain.rights import Role
from storage import outbox as post
from storage.schema import audit, outbox
from tests.stories.cast import UNITS
from tests.stories.phones import Phone
from tests.stories.test_registering import USED, agrees
from tests.stories.town import Town

STOP = "Ngừng dùng thiết bị cũ và cấp mã mới"


async def is_asked_about(secretary: Phone, name: str) -> str:
    """[Cấp mã đăng ký], and the name typed."""
    await secretary.types("/chibo")
    await secretary.presses("Cấp mã đăng ký")
    return await secretary.types(name)


def code_in(heard: str) -> str:
    return heard.partition(": ")[2].partition("\n")[0].replace(" ", "")


async def test_a_lost_phone_is_stopped_and_a_new_one_goes_on(town: Town, channel: str) -> None:
    town.at("07:12")
    hoa, old = await town.registered("hoa", channel), await town.registered("minh", channel)
    await old.scans(town.hall.qr())
    assert (
        await is_asked_about(hoa, "minh") == "Đồng chí Trần Văn Minh (1948) đang dùng 1 thiết bị."
    )
    assert hoa.labels == [STOP, "Cấp thêm mã", "Quay lại"]
    heard = await hoa.presses(STOP)
    assert heard.startswith(
        "Đã ngừng 1 thiết bị cũ.\nMã đăng ký của đồng chí Trần Văn Minh (1948): "
    )

    # In a browser the whole chat is gone: whoever found the phone reads nothing of his.
    said = 0 if channel == "web" else old.said
    assert await town.owner_of(old) is None
    assert "đề nghị đồng chí đọc và chọn" in await old.types("/toi")
    assert old.said == said + 1
    await agrees(old)
    assert await old.types(town.code_of("minh")) != USED  # revoked, and never used
    assert await town.owner_of(old) is None

    new = town.phone(channel)
    await new.types("/start")
    await agrees(new)
    await new.types(code_in(heard))
    assert await new.presses("Đúng") == "Đã đăng ký. Cảm ơn đồng chí."
    assert "07:12" in await new.types("/toi")  # what was recorded stays
    assert await town.owner_of(new) == town.number_of("minh")
    async with town.app.database.read() as db:
        row = (await db.execute(select(audit).where(audit.c.action == "stop_devices"))).one()
    assert (row.actor_id, row.detail) == (town.number_of("hoa"), {"count": 1, "codes": 0})


async def test_a_second_device_leaves_the_first_alone(town: Town, channel: str) -> None:
    """She only wants her tablet too; and [Quay lại] does nothing at all."""
    hoa, old = await town.registered("hoa", channel), await town.registered("minh", channel)
    await is_asked_about(hoa, "minh")
    assert (await hoa.presses("Quay lại")).startswith("Cấp mã đăng ký cho đồng chí nào?")
    await hoa.types("minh")
    assert (await hoa.presses("Cấp thêm mã")).startswith(
        "Mã đăng ký của đồng chí Trần Văn Minh (1948): "
    )
    assert await town.owner_of(old) == town.number_of("minh")


async def test_a_secretary_does_not_reach_further_through_a_members_code(
    town: Town, channel: str
) -> None:
    """Ông Minh of her cell is also coordinator of the commune: his code would open all of that."""
    hoa, minh = await town.registered("hoa", channel), await town.registered("minh", channel)
    await town.grants("minh", Role.COORDINATOR, unit="TCN")
    heard = await is_asked_about(hoa, "minh")
    assert heard.startswith("Đồng chí Trần Văn Minh (1948) giữ nhiệm vụ rộng hơn phạm vi")
    assert await town.owner_of(minh) == town.number_of("minh")
    dung = await town.registered("dung", channel)
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    await dung.types(f"/chibo c{list(UNITS).index('AP3') + 1}")
    await dung.presses("Cấp mã đăng ký")
    assert await dung.types("minh") == "Đồng chí Trần Văn Minh (1948) đang dùng 1 thiết bị."


async def test_nobody_else_is_asked_about_phones(town: Town, channel: str) -> None:
    hoa = await town.registered("hoa", channel)
    assert (await is_asked_about(hoa, "minh")).startswith("Mã đăng ký của đồng chí Trần Văn Minh")


async def test_what_waits_for_the_lost_phone_is_not_sent(town: Town, channel: str) -> None:
    """A reminder of tomorrow is hers, not the finder's."""
    hoa = await town.registered("hoa", channel)
    old = await town.registered("minh", "telegram")
    reminder = Outbound(to=Address(old.channel, old.chat_id), text="Ngày mai", lane=Lane.REMINDER)
    async with town.app.database.write() as tx:
        await post.enqueue(tx, [reminder], town.now, not_before=town.now + timedelta(days=1))
    await is_asked_about(hoa, "minh")
    await hoa.presses(STOP)
    async with town.app.database.read() as db:
        states = (
            await db.scalars(select(outbox.c.state).where(outbox.c.lane == Lane.REMINDER))
        ).all()
    assert list(states) == ["skipped"]


async def test_codes_that_the_lost_phone_was_given_are_void(
    town: Town, channel: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hoa's phone still shows the codes she handed out: its finder would register as her people."""
    hoa = await town.registered("hoa", channel)
    given = code_in(await is_asked_about(hoa, "minh"))
    used = code_in(await is_asked_about(hoa, "le van ba"))
    ba = town.phone(channel)
    await ba.types("/start")
    await agrees(ba)
    await ba.types(used)
    await ba.presses("Đúng")
    capsys.readouterr()
    code = f"DV{town.number_of('hoa'):03}"
    await commands.stop_devices(town.app.database, town.app.key, town.now, member=code)
    assert "1 mã đã cấp mà chưa dùng cũng hết hiệu lực." in capsys.readouterr().err
    finder = town.phone(channel)
    await finder.types("/start")
    await agrees(finder)
    assert "đúng không" not in await finder.types(given)
    assert await town.owner_of(ba) == town.number_of("ba")


async def test_whoever_stops_a_phone_hears_of_its_codes(town: Town, channel: str) -> None:
    """Her superior stops the secretary's; she had given one."""
    hoa = await town.registered("hoa", channel)
    await is_asked_about(hoa, "minh")
    dung = await town.registered("dung", channel)
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    await dung.types(f"/chibo c{list(UNITS).index('AP3') + 1}")
    await dung.presses("Cấp mã đăng ký")
    await dung.types("hoa")
    heard = await dung.presses(STOP)
    assert heard.startswith(
        "Đã ngừng 1 thiết bị cũ.\n1 mã đã cấp mà chưa dùng cũng hết hiệu lực.\nMã đăng ký của"
    )


async def test_the_operator_stops_a_secretarys_phone(
    town: Town, channel: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody in the cell can do it for her; the new code is printed once, for her alone."""
    hoa = await town.registered("hoa", channel)
    code = f"DV{town.number_of('hoa'):03}"
    capsys.readouterr()
    await commands.stop_devices(town.app.database, town.app.key, town.now, member=code)
    printed = capsys.readouterr()
    assert printed.err == "Đã ngừng 1 thiết bị của Lê Thị Hoa. Mã đăng ký mới:\n"
    assert await town.owner_of(hoa) is None
    await hoa.types("/start")
    await agrees(hoa)
    await hoa.types(printed.out.strip())
    assert (await hoa.presses("Đúng")).startswith("Đã đăng ký. Cảm ơn đồng chí.")
    with pytest.raises(Refused):
        await commands.stop_devices(town.app.database, town.app.key, town.now, member="DV999")


async def test_whoever_gives_a_role_hears_how_many_devices_would_have_it(
    town: Town, channel: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A secretary may have linked a phone of her own before the role was given."""
    await town.registered("minh", channel)
    code = f"DV{town.number_of('minh'):03}"
    capsys.readouterr()
    await commands.grant(
        town.app.database, town.app.key, town.now, member=code, role=Role.COORDINATOR,
        unit="TCN", venue=None, sees_names=False, public_url=town.address,
    )  # fmt: skip
    said = capsys.readouterr().err
    assert "đang dùng 1 thiết bị" in said
    assert f"diemdanh revoke --member {code} --devices" in said
