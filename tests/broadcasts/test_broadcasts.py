"""Broadcasts: once to each, however often anybody presses, stops, restarts or cancels."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from bot import delivery
from domain.broadcasts import Progress, State
from handlers.texts import broadcasting as broadcasting_texts
from storage import broadcasts, holds
from storage import outbox as post
from storage.database import Database
from storage.schema import (
    accounts,
    audit,
    outbox,
    units,
)
from storage.schema import broadcasts as broadcasts_table
from tests.broadcasts.commune import MORNING, Commune, codes, opened, settle
from tests.broadcasts.composing import LETTER, TEXT, compose
from tests.small_tree import id_of


async def test_compose_preview_send_follow_report(commune: Commune) -> None:
    """Story 8 from beginning to end, with its exact numbers."""
    assert (await commune.types("A001", "/nhac")).startswith("Gửi cho (Đảng ủy xã Tân Lý):")
    assert await commune.labels("A001") == ["Chưa đăng ký (4)", "Tất cả (16)", "Chọn đơn vị"]
    assert (await commune.presses("A001", "Tất cả (16)")).startswith("Nội dung?")
    assert await commune.types("A001", TEXT) == (
        f"Xem trước (mẫu gửi Đồng chí A001):\n{LETTER}\n\n"
        "Sẽ gửi tới 12 đồng chí thuộc Đảng ủy xã Tân Lý; 4 đồng chí chưa đăng ký nhận tin."
    )
    assert await commune.labels("A001") == ["Gửi", "Sửa", "Hủy"]
    assert await commune.presses("A001", "Gửi") == "Đang gửi 0/12 ░░░░░░░░"
    assert await commune.labels("A001") == ["Tạm dừng", "Hủy"]
    assert await commune.deliver() == 12
    await commune.follow()
    await commune.deliver()
    heard = await commune.heard("A001")
    assert heard[-2:] == [
        "Đã gửi xong 12/12 ▓▓▓▓▓▓▓▓",
        "Đã gửi 12/12. Chưa liên lạc được 4 đồng chí; đề nghị thông báo trực tiếp.",
    ]
    assert sum(text.startswith(("Đang gửi", "Đã gửi xong")) for text in heard) == 1, "edited"
    assert await commune.presses("A001", "Danh sách") == (
        "Chưa liên lạc được 4 đồng chí:\n"
        "Đơn vị A: Đồng chí A009, Đồng chí A010\n"
        "Đơn vị B: Đồng chí B005, Đồng chí B006"
    )
    readers = await commune.readers(LETTER)
    assert readers == dict.fromkeys([*codes("A", range(1, 9)), *codes("B", range(1, 5))], 1)


async def test_pressing_send_twice_sends_once(commune: Commune) -> None:
    """A thumb trembles, a message is delivered twice, a second tab is open."""
    await compose(commune)
    preview = (await commune.chat("A001"))[-1]
    await commune.sends("A001", "sending go 1", str(preview.id))
    assert await commune.sends("A001", "sending go 1", str(preview.id)) == "Đang gửi 0/12 ░░░░░░░░"
    await commune.deliver()
    assert set((await commune.readers(LETTER)).values()) == {1}
    await commune.follow()
    await commune.deliver()
    await commune.sends("A001", "sending go 1", str(preview.id))
    await commune.deliver()
    assert set((await commune.readers(LETTER)).values()) == {1}


async def test_a_restart_goes_on_where_it_stopped(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server restarts at 120 of 498: it goes on at 121, and its author sees it go on."""
    monkeypatch.setattr(delivery, "MOST_CLAIMED", 120)
    await settle(database, cells={"A": 250, "B": 248}, chats=250)
    async with opened(database_url) as before:
        await before.coordinates("A001", "X")
        await compose(before)
        await before.presses("A001", "Gửi")
        assert await before.deliver(rounds=1) == 120
        now = before.now
    async with opened(database_url, now) as after:
        await after.follow()
        await after.deliver(rounds=1)
        assert "Đang gửi 120/498 ▓▓░░░░░░" in await after.heard("A001")
        await after.deliver()
        await after.follow()
        await after.deliver()
        assert await after.last("A001") == "Đã gửi 498/498."
        readers = await after.readers(LETTER)
        assert len(readers) == 498
        assert set(readers.values()) == {1}


async def test_pause_and_resume(commune: Commune, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paused, nothing more leaves; resumed, the rest does, and nobody hears it twice."""
    monkeypatch.setattr(delivery, "MOST_CLAIMED", 5)
    await compose(commune)
    await commune.presses("A001", "Gửi")
    await commune.deliver(rounds=1)
    await commune.presses("A001", "Tạm dừng")
    await commune.deliver()
    assert "Tạm dừng 5/12 ▓▓▓░░░░░" in await commune.heard("A001")
    assert await commune.states() == {"sent": 5, "held": 7}
    await commune.follow()
    await commune.presses("A001", "Gửi tiếp")
    await commune.deliver()
    await commune.follow()
    await commune.deliver()
    assert await commune.states() == {"sent": 12}
    assert (await commune.last("A001")).startswith("Đã gửi 12/12.")
    assert set((await commune.readers(LETTER)).values()) == {1}


async def test_what_comes_back_of_a_paused_broadcast_waits_with_it(commune: Commune) -> None:
    """Else it would leave in the moment before somebody puts it in its place."""
    await compose(commune)
    await commune.presses("A001", "Gửi")
    async with commune.database.write() as tx:
        ids = list(await tx.scalars(select(outbox.c.id).where(outbox.c.broadcast_id == 1)))
        await tx.execute(update(outbox).values(state="leased", worker="dead", lease_until=MORNING))
        await tx.execute(update(outbox).where(outbox.c.id == ids[0]).values(state="sending"))
        await tx.execute(update(outbox).where(outbox.c.id == ids[1]).values(state="sending"))
        await tx.execute(update(broadcasts_table).values(state=State.PAUSED))
        await post.put_back(tx, [ids[1], ids[2]], None, was_tried=False)
        await post.recover(tx, "web", commune.now, "mine", is_sole=True)
    assert await commune.states() == {"held": 12}


async def test_lifting_a_hold_releases_at_once(commune: Commune) -> None:
    """[Gửi trở lại] says that it sends again: not in ten minutes."""
    await compose(commune)
    await commune.presses("A001", "Gửi")
    async with commune.database.write() as tx:
        unit = await id_of(tx, units, "X")
        await holds.place(tx, unit, None, commune.now)
    await commune.deliver()
    assert await commune.readers(LETTER) == {}
    commune.wait(60)
    async with commune.database.write() as tx:
        assert await holds.waiting(tx, "/1/", commune.now) == 12
        assert await holds.lift(tx, unit, commune.now)
    await commune.deliver()
    assert len(await commune.readers(LETTER)) == 12


async def test_its_author_sees_that_the_unit_is_on_hold(commune: Commune) -> None:
    """Before sending and after; not "Đang gửi 0/12" for as long as it lasts."""
    await commune.types("A001", "/tamngung")
    await commune.presses("A001", "Tạm ngừng gửi: Đảng ủy xã Tân Lý")
    waits = "Đơn vị đang tạm ngừng gửi từ 08:00, ngày 06/02/2017; tin sẽ được gửi khi mở lại."
    assert (await compose(commune)).endswith(f"chưa đăng ký nhận tin.\n{waits}")
    held = f"Đang chờ gửi 0/12 ░░░░░░░░\n{waits}"
    assert await commune.presses("A001", "Gửi") == held
    await commune.deliver()
    assert "Đang giữ lại 12 tin." in await commune.types("A001", "/tamngung")
    await commune.presses("A001", "Gửi trở lại: Đảng ủy xã Tân Lý")
    await commune.deliver(rounds=1)
    await commune.follow()
    await commune.deliver()
    assert held not in await commune.heard("A001")
    assert await commune.last("A001") == (
        "Đã gửi 12/12. Chưa liên lạc được 4 đồng chí; đề nghị thông báo trực tiếp."
    )


async def test_a_chat_that_is_anothers_by_now_hears_nothing(commune: Commune) -> None:
    """Posted to a phone that was unlinked, or linked to another, before it left."""
    await compose(commune)
    await commune.presses("A001", "Gửi")
    async with commune.database.write() as tx:
        for chat, owner in (("chat-B001", None), ("chat-B002", 1)):
            await tx.execute(
                update(accounts).where(accounts.c.chat_id == chat).values(member_id=owner)
            )
    await commune.deliver()
    readers = await commune.readers(LETTER)
    assert len(readers) == 10
    assert not {"B001", "B002"} & set(readers)


async def test_cancelled_halfway(commune: Commune, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has not left never leaves, and the report says how many that were."""
    monkeypatch.setattr(delivery, "MOST_CLAIMED", 5)
    await compose(commune)
    await commune.presses("A001", "Gửi")
    await commune.deliver(rounds=1)
    await commune.presses("A001", "Hủy")
    await commune.deliver()
    await commune.follow()
    await commune.deliver()
    heard = await commune.heard("A001")
    assert "Đã hủy khi đang gửi 5/12 ▓▓▓░░░░░" in heard
    assert heard[-1] == (
        "Đã gửi 5/12. Chưa liên lạc được 4 đồng chí; đề nghị thông báo trực tiếp. "
        "Không gửi 7 tin (đã hủy hoặc không còn cần)."
    )
    assert len(await commune.readers(LETTER)) == 5


async def test_cancelled_before_it_was_sent(commune: Commune) -> None:
    await compose(commune)
    await commune.presses("A001", "Hủy")
    assert await commune.last("A001") == "Đã hủy. Chưa có tin nào được gửi."
    await commune.sends("A001", "sending go 1")
    assert await commune.last("A001") == str(broadcasting_texts.NO_LONGER)
    assert await commune.deliver() == 0


async def test_edited_before_it_was_sent(commune: Commune) -> None:
    await compose(commune, "Nội dung cũ")
    await commune.presses("A001", "Sửa")
    await commune.types("A001", TEXT)
    await commune.presses("A001", "Gửi")
    await commune.deliver()
    assert len(await commune.readers(LETTER)) == 12
    assert await commune.readers("Đảng ủy xã Tân Lý:\nNội dung cũ") == {}


async def test_an_old_preview_sends_nothing(commune: Commune) -> None:
    """Found again a day later, it no longer says what would happen."""
    await compose(commune)
    commune.wait(25 * 3600)
    assert await commune.presses("A001", "Gửi") == str(broadcasting_texts.NO_LONGER)
    assert await commune.deliver() == 0


async def test_what_comes_back_while_it_is_paused_waits_too(commune: Commune) -> None:
    """It was on its way, the messenger was away: it must not leave before the others may."""
    await compose(commune)
    await commune.presses("A001", "Gửi")
    async with commune.database.write() as tx:
        await broadcasts.pause(tx, 1, commune.now, by=None)
        await tx.execute(
            update(outbox).where(outbox.c.chat_id == "chat-B001").values(state="pending")
        )
    await commune.follow()
    await commune.deliver()
    assert await commune.readers(LETTER) == {}
    async with commune.database.read() as db:
        assert await broadcasts.progress(db, 1) == Progress(waiting=12, unreached=4)
        one = await broadcasts.get(db, 1)
    assert one is not None
    assert one.state is State.PAUSED


async def test_a_very_large_one_is_paused_and_cancelled_in_slices(
    commune: Commune, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moving a hundred thousand rows at once would keep check-ins waiting."""
    monkeypatch.setattr(broadcasts, "SLICE", 5)
    await compose(commune)
    await commune.presses("A001", "Gửi")
    for act, expected in [
        ("pause", {"held": 12}),
        ("resume", {"pending": 12}),
        ("cancel", {"skipped": 12}),
    ]:
        await commune.sends("A001", f"sending {act} 1")
        assert len(await commune.states()) == 2, "five at once"
        await commune.follow()
        assert await commune.states() == expected
    await commune.deliver()
    assert await commune.readers(LETTER) == {}


async def test_typed_instead_of_pressed(commune: Commune) -> None:
    """Then no message is known yet: delivery sends one, and edits it from then on."""
    await compose(commune)
    await commune.sends("A001", "sending go 1")
    await commune.deliver()
    assert "Đang gửi 0/12 ░░░░░░░░" in await commune.heard("A001")
    await commune.follow()
    await commune.deliver()
    heard = await commune.heard("A001")
    assert "Đang gửi 0/12 ░░░░░░░░" not in heard
    assert "Đã gửi xong 12/12 ▓▓▓▓▓▓▓▓" in heard


async def test_every_step_is_written_down(commune: Commune) -> None:
    await compose(commune)
    await commune.presses("A001", "Gửi")
    await commune.presses("A001", "Tạm dừng")
    async with commune.database.read() as db:
        rows = await db.execute(select(audit.c.actor_id, audit.c.action).order_by(audit.c.id))
        noted = [tuple(row) for row in rows]
    me = await commune.id_of("A001")
    assert noted == [(me, "broadcast.confirmed"), (me, "broadcast.paused")]


# --- the words ---------------------------------------------------------------------------------


async def test_each_is_addressed_by_name(commune: Commune) -> None:
    await compose(commune, "Kính gửi {ten}, {Chi Bộ}: mời dự họp.")
    await commune.presses("A001", "Gửi")
    await commune.deliver()
    assert await commune.last("B002") == (
        "Đảng ủy xã Tân Lý:\nKính gửi Đồng chí B002, Đơn vị B: mời dự họp."
    )


async def test_faults_of_a_text_are_named_and_it_is_asked_again(commune: Commune) -> None:
    """The dialogue stays open: the next words are the text."""
    heard = await compose(commune, "Kính gửi {đồng chí}")
    assert heard.startswith("Không có mục {đồng chí}. Chỉ dùng được {tên} và {chi_bộ}.")
    assert (await commune.types("A001", "x" * 4000)).startswith("Nội dung dài quá ")
    assert (await commune.types("A001", TEXT)).startswith("Xem trước")
