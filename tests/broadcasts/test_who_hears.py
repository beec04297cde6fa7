"""Broadcasts: who may speak, who must agree, and exactly who hears it."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, update

from domain.broadcasts import Audience, Target
from storage import audiences
from storage.schema import (
    accounts,
    memberships,
    obligations,
    submissions,
)
from tests.broadcasts.commune import MORNING, Commune, codes
from tests.broadcasts.composing import LETTER, TEXT, compose


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
