"""The web chat's bubbles: pages follow by revision, and nothing stands there twice."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.messages import Address, Button, Outbound
from storage import web_messages
from storage.database import Database

AT = datetime(2016, 12, 9, 0, 12, tzinfo=UTC)
LAN = Address("web", "lan")
MINH = Address("web", "minh")


def outbound(text: str, *, to: Address = LAN, key: str | None = None) -> Outbound:
    buttons = ((Button("Đồng ý", "agree 1"), Button("Không đồng ý", "refuse")),)
    return Outbound(to=to, text=text, buttons=buttons, dedup_key=key)


async def test_pages_follow_by_revision(database: Database) -> None:
    """What is new and what was edited comes after a page's revision, nothing else does."""
    async with database.write() as tx:
        first = await web_messages.append(tx, "lan", outbound("một"), AT)
        await web_messages.append(tx, "lan", outbound("hai"), AT)
        await web_messages.append(tx, "minh", outbound("ba", to=MINH), AT)
    async with database.read() as db:
        seen = max(message.revision for message in await web_messages.latest(db, "lan", 50))
    async with database.write() as tx:
        assert await web_messages.edit(tx, "lan", first, Outbound(to=LAN, text="một, đã sửa"))
        await web_messages.append(tx, "lan", outbound("bốn"), AT)
    async with database.read() as db:
        news = await web_messages.since(db, "lan", seen)
        assert [message.text for message in news] == ["một, đã sửa", "bốn"]
        assert [message.buttons for message in news] == [(), outbound("").buttons]
        assert len({message.revision for message in news}) == 2
        latest = await web_messages.latest(db, "lan", 2)
        assert [message.text for message in latest] == ["một, đã sửa", "bốn"]
        assert latest[0].at == AT


async def test_an_answer_stands_below_the_words_it_answers(database: Database) -> None:
    """A list that is edited would else vanish above what people type into it."""
    async with database.write() as tx:
        listed = await web_messages.append(tx, "lan", outbound("danh sách"), AT)
        answer = Outbound(to=LAN, text="đã chọn 1", replaces=str(listed))
        await web_messages.exchange(tx, "lan", "lan:1", "le van ba", [answer], AT)
    async with database.read() as db:
        shown = await web_messages.latest(db, "lan", 50)
    assert [message.text for message in shown] == ["le van ba", "đã chọn 1"]


async def test_the_same_key_again_adds_nothing(database: Database) -> None:
    """Delivery may come twice after a crash; keys of different chats are different keys."""
    async with database.write() as tx:
        ids = {await web_messages.append(tx, "lan", outbound("một", key="k"), AT) for _ in "ab"}
        await web_messages.append(tx, "minh", outbound("một", to=MINH, key="k"), AT)
    async with database.read() as db:
        assert len(ids) == 1
        assert len(await web_messages.latest(db, "lan", 50)) == 1
        assert len(await web_messages.latest(db, "minh", 50)) == 1


async def test_nobody_edits_what_is_not_theirs_to_edit(database: Database) -> None:
    """A message id from another chat, or of the person's own words, edits nothing."""
    async with database.write() as tx:
        own = await web_messages.append_own(tx, "lan", "xin chào", AT, "k")
        answer = await web_messages.append(tx, "lan", outbound("một"), AT)
        assert not await web_messages.edit(tx, "minh", answer, outbound("hai", to=MINH))
        assert not await web_messages.edit(tx, "lan", own, outbound("hai"))


async def test_an_exchange_stands_once(database: Database) -> None:
    """The page sends again what was answered already; an edit of something gone is a message."""
    answers = [outbound("một"), Outbound(to=LAN, text="hai", replaces="999")]
    for _ in "ab":
        async with database.write() as tx:
            await web_messages.exchange(tx, "lan", "lan:1", "xin chào", answers, AT)
    async with database.read() as db:
        shown = await web_messages.latest(db, "lan", 50)
    assert [(message.is_own, message.text) for message in shown] == [
        (True, "xin chào"),
        (False, "một"),
        (False, "hai"),
    ]


async def test_what_is_older_comes_page_by_page(database: Database) -> None:
    async with database.write() as tx:
        for number in range(1, 8):
            await web_messages.append(tx, "lan", outbound(str(number)), AT)
    pages, before = [], None
    async with database.read() as db:
        while shown := await web_messages.latest(db, "lan", 3, before):
            pages.append([message.text for message in shown])
            before = shown[0].revision
    assert pages == [["5", "6", "7"], ["2", "3", "4"], ["1"]]
