"""Broadcasts: to exactly those who are meant, once each, however often anybody presses."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert, select, update

from bot import delivery
from domain.broadcasts import Audience, Progress, State, Target
from handlers.texts import broadcasting as broadcasting_texts
from storage import audiences, broadcasts, holds
from storage import outbox as post
from storage.database import Database
from storage.schema import (
    accounts,
    audit,
    memberships,
    obligations,
    outbox,
    submissions,
    units,
)
from storage.schema import broadcasts as broadcasts_table
from tests.post.commune import MORNING, Commune, codes, opened, settle
from tests.small_tree import id_of

TEXT = "Đề nghị các đồng chí nộp bài trước thứ Sáu."
LETTER = f"Đảng ủy xã Tân Lý:\n{TEXT}"


@pytest.fixture
async def commune(database: Database, database_url: str) -> AsyncIterator[Commune]:
    """Xã X: chi bộ A (10, of whom 8 have a browser) and B (6, all but two); A001 coordinates."""
    chats = [*codes("A", range(1, 9)), *codes("B", range(1, 5)), "C001"]
    await settle(database, cells={"A": 10, "B": 6, "C": 3}, chats=chats)
    async with opened(database_url) as commune:
        await commune.coordinates("A001", "X")
        yield commune


async def compose(commune: Commune, text: str = TEXT, who: str = "A001") -> str:
    await commune.types(who, "/nhac")
    audience = next(label for label in await commune.labels(who) if label.startswith("Tất cả"))
    await commune.presses(who, audience)
    return await commune.types(who, text)


# --- the story ---------------------------------------------------------------------------------


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


# --- who ---------------------------------------------------------------------------------------


async def test_only_a_unit_below(commune: Commune) -> None:
    """[Chọn đơn vị]: the commune speaks, one cell hears."""
    await commune.types("A001", "/nhac")
    await commune.presses("A001", "Chọn đơn vị")
    await commune.presses("A001", "Đơn vị B")
    await commune.presses("A001", "Tất cả (6)")
    await commune.types("A001", TEXT)
    await commune.presses("A001", "Gửi")
    await commune.deliver()
    assert await commune.readers(LETTER) == dict.fromkeys(codes("B", range(1, 5)), 1)


async def test_a_secretary_speaks_to_the_own_cell_only(commune: Commune) -> None:
    await commune.is_secretary("B001")
    await commune.types("B001", "/nhac")
    assert await commune.labels("B001") == ["Chưa đăng ký (2)", "Tất cả (6)"]
    await commune.sends("B001", "sendto 2 0 all 0")
    assert await commune.last("B001") == "Nội dung này không thuộc phạm vi của đồng chí."


async def test_who_may_not_speak(commune: Commune) -> None:
    """Neither by command nor by guessing what a button says."""
    await compose(commune)
    for command in ("nhac", "sendfrom 2 0", "sendto 2 0 all 0", "sending go 1", "tocall 2"):
        assert await commune.sends("B002", command) == (
            "Nội dung này không thuộc phạm vi của đồng chí."
        )
    await commune.coordinates("C001", "T")
    await commune.sends("C001", "sending go 1")
    assert await commune.deliver() == 0, "a draft is its author's alone"


async def test_names_of_the_call_list_are_not_for_everybody(commune: Commune) -> None:
    """The province sees how many, the committee directly above the cell sees who."""
    await commune.coordinates("C001", "T")
    await compose(commune, who="C001")
    assert "mẫu gửi Nguyễn Văn A" in await commune.last("C001"), "nor is the sample's name"
    await commune.presses("C001", "Gửi")
    await commune.deliver()
    await commune.follow()
    await commune.deliver()
    assert await commune.presses("C001", "Danh sách") == (
        "Chưa liên lạc được 6 đồng chí:\n"
        "Đơn vị A: 2 đồng chí\nĐơn vị B: 2 đồng chí\nĐơn vị C: 2 đồng chí"
    )


async def test_who_is_not_registered_can_only_be_called(commune: Commune) -> None:
    await commune.types("A001", "/nhac")
    assert await commune.presses("A001", "Chưa đăng ký (4)") == (
        "4 đồng chí thuộc Đảng ủy xã Tân Lý chưa đăng ký nhận tin; đề nghị thông báo trực tiếp."
    )
    assert "Đơn vị B: Đồng chí B005, Đồng chí B006" in await commune.presses("A001", "Danh sách")


async def test_who_has_gone_silent_is_called_without_saying_why(commune: Commune) -> None:
    """A blocked bot and a member without a telephone look the same."""
    async with commune.database.write() as tx:
        await tx.execute(
            update(accounts).where(accounts.c.chat_id == "chat-B001").values(is_reachable=False)
        )
    await compose(commune)
    assert "Sẽ gửi tới 11 đồng chí" in await commune.last("A001")
    await commune.presses("A001", "Gửi")
    await commune.deliver()
    await commune.follow()
    await commune.deliver()
    assert "Chưa liên lạc được 5 đồng chí" in await commune.last("A001")
    assert "Đơn vị B: Đồng chí B001, " in await commune.presses("A001", "Danh sách")


# --- a second person ---------------------------------------------------------------------------


@pytest.fixture
def large(commune: Commune) -> Commune:
    """Here twelve are many."""
    object.__setattr__(commune.app.house, "second_person_above", 11)
    return commune


async def test_a_large_one_needs_a_second_person(large: Commune) -> None:
    """Another coordinator of the unit, else of the one above; never the author."""
    await large.coordinates("C001", "T")
    await compose(large)
    assert await large.presses("A001", "Gửi") == (
        "Đã chuyển đề nghị gửi đến đồng chí Đồng chí C001."
    )
    assert await large.deliver() == 1, "only the request"
    assert await large.last("C001") == (
        f"Đồng chí Đồng chí A001 đề nghị gửi nội dung sau:\n{LETTER}\n\n"
        "Sẽ gửi tới 12 đồng chí thuộc Đảng ủy xã Tân Lý; 4 đồng chí chưa đăng ký nhận tin."
    )
    assert await large.sends("A001", "sending agree 1") == (
        "Nội dung này không thuộc phạm vi của đồng chí."
    )
    assert await large.presses("C001", "Đồng ý gửi") == "Đã đồng ý gửi."
    await large.deliver()
    await large.follow()
    await large.deliver()
    assert "Đã gửi xong 12/12 ▓▓▓▓▓▓▓▓" in await large.heard("A001")
    assert set((await large.readers(LETTER)).values()) == {1}


async def test_the_second_person_says_no(large: Commune) -> None:
    await large.coordinates("A002", "X")
    await compose(large)
    await large.presses("A001", "Gửi")
    await large.deliver()
    await large.presses("A002", "Không")
    await large.deliver()
    assert await large.last("A001") == "Đồng chí Đồng chí A002 không đồng ý gửi thông báo."
    assert await large.readers(LETTER) == {}


async def test_without_a_second_person_it_does_not_go(large: Commune) -> None:
    await compose(large)
    assert (await large.presses("A001", "Gửi")).startswith("Trên 11 người nhận cần thêm")
    assert await large.deliver() == 0


# --- audiences ---------------------------------------------------------------------------------


async def test_who_is_paused_is_never_meant(commune: Commune) -> None:
    """Neither told, nor on a list of people to call: the bereaved must not be telephoned."""
    async with commune.database.write() as tx:
        for code in ("A002", "A010"):
            await tx.execute(
                update(memberships)
                .where(memberships.c.member_id == await commune.id_of(code))
                .values(status="tạm dừng")
            )
    target = Target(audience=Audience.ALL, unit_path="/1/2/")
    async with commune.database.read() as db:
        assert await audiences.size(db, target, MORNING) == audiences.Size(14, 11)


async def test_who_hands_in_meanwhile_hears_nothing(commune: Commune) -> None:
    """Chosen at eight, done at five past, and the letter leaves at ten past."""
    async with commune.database.write() as tx:
        await tx.execute(
            insert(obligations).values(
                campaign_id=1, code="BTH", kind="essay", title="bài thu hoạch", due_at=MORNING,
                is_handwritten=False, remind_days=[], exempt=["miễn sinh hoạt"],
            )
        )  # fmt: skip
    await commune.types("A001", "/nhac")
    await commune.presses("A001", "Chưa nộp bài (16)")
    await commune.types("A001", TEXT)
    await commune.presses("A001", "Gửi")
    async with commune.database.write() as tx:
        await tx.execute(
            insert(submissions).values(
                obligation_id=1,
                member_id=await commune.id_of("B002"),
                state="received",
                received_at=MORNING,
            )
        )
    await commune.deliver()
    await commune.follow()
    await commune.deliver()
    assert "B002" not in await commune.readers(LETTER)
    assert "Đã gửi 11/12." in await commune.last("A001")
    assert "Không gửi 1 tin" in await commune.last("A001")


async def test_every_step_is_written_down(commune: Commune) -> None:
    await compose(commune)
    await commune.presses("A001", "Gửi")
    await commune.presses("A001", "Tạm dừng")
    async with commune.database.read() as db:
        rows = await db.execute(select(audit.c.actor_id, audit.c.action).order_by(audit.c.id))
        noted = [tuple(row) for row in rows]
    me = await commune.id_of("A001")
    assert noted == [(me, "broadcast.confirmed"), (me, "broadcast.paused")]


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
