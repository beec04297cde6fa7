"""Becoming known: consent first, one member to one account, nobody silently re-bound."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, update

from bot.commands import people as commands
from domain.rights import Role
from handlers.texts import consent as consent_texts
from storage.schema import assignments, consents, units
from tests.stories.phones import BrowserPhone, Phone, TelegramPhone
from tests.stories.town import Town

EIGHT = "Mã đăng ký gồm tám ký tự, có cả chữ và số, ví dụ K7P4 9QXM."
WRONG = "Mã đăng ký chưa đúng. Đề nghị đồng chí kiểm tra lại hoặc liên hệ chi bộ."
PAPER = "Đã ghi nhận. Đề nghị đồng chí ký danh sách tại điểm cầu; kết quả có giá trị như nhau."
USED = "Mã này đã được dùng. Đề nghị đồng chí xin mã mới ở chi bộ."
ANOTHER_BROWSER = (
    "Tài khoản của đồng chí vừa được mở trên một trình duyệt khác. Nếu không phải đồng chí, đề "
    "nghị báo bí thư chi bộ."
)


@pytest.fixture
def channel(either: str) -> str:
    return either


async def agrees(phone: Phone) -> str:
    await phone.presses("Đồng ý")
    return phone.last if phone.channel == "web" else await phone.presses("Đồng ý")


async def test_the_slip_registers_and_the_hall_comes_later(town: Town, channel: str) -> None:
    """At home with the slip; in the hall the whole story is one scan."""
    town.at("19:00", day="2016-12-08")
    lan = town.phone(channel)
    heard = await lan.scans(town.slip_of("lan"))
    assert heard.startswith("Kính chào đồng chí. Đây là công cụ hỗ trợ điểm danh, nhắc lịch học")
    assert await agrees(lan) == "Đồng chí là Nguyễn Thị Lan (1950), Chi bộ ấp 3, đúng không?"
    assert await lan.presses("Đúng") == "Đã đăng ký. Cảm ơn đồng chí."
    town.at("07:12")
    steps = lan.steps
    assert await lan.scans(town.hall.qr()) == (
        "Đã điểm danh đồng chí Nguyễn Thị Lan tại Hội trường UBND xã lúc 07:12."
    )
    assert lan.steps == steps + 1


async def test_each_consent_is_kept_with_its_text_and_hour(town: Town, channel: str) -> None:
    """Specific, provable, logged."""
    lan = town.phone(channel)
    await lan.scans(town.hall.qr())
    await lan.presses("Xem chi tiết")
    assert "Không đồng ý thì ký danh sách giấy, kết quả có giá trị như nhau." in lan.last
    await agrees(lan)
    async with town.app.database.read() as db:
        rows = (await db.execute(select(consents).order_by(consents.c.id))).all()
    proofs = [(row.purpose, row.text_version, row.is_given, row.at) for row in rows]
    expected = [("records", consent_texts.RECORDS_VERSION, True, town.now)]
    if channel == "telegram":
        expected.append(("foreign", consent_texts.FOREIGN_VERSION, True, town.now))
    assert proofs == expected


async def test_a_refusal_is_respected(town: Town, channel: str) -> None:
    """Nothing is kept but the answer; who changes their mind may begin again."""
    lan = town.phone(channel)
    await lan.scans(town.hall.qr())
    assert await lan.presses("Không đồng ý") == PAPER
    assert lan.labels == []
    assert "Đồng ý" in (await lan.types("/start"), *lan.labels)


async def test_telegram_is_refused_for_paper_or_for_the_browser(town: Town) -> None:
    """A foreign platform is a purpose of its own; the scan goes on in the browser."""
    town.at("07:12")
    paper = town.phone("telegram")
    await paper.scans(town.hall.qr())
    await paper.presses("Đồng ý")
    assert await paper.presses("Ký danh sách giấy") == PAPER
    lan = town.phone("telegram")
    await lan.scans(town.hall.qr())
    await lan.presses("Đồng ý")
    heard = await lan.presses("Dùng trình duyệt")
    town.at("07:15")
    browser = town.phone("web")
    assert (await browser.scans(heard.rpartition(" ")[2])).startswith(
        "Đã ghi nhận giờ quét mã: 07:12."
    )


async def test_an_old_button_leads_past_no_consent(town: Town) -> None:
    """Telegram keeps old messages with their buttons: none of them may skip a question."""
    lan, other = town.phone("telegram"), town.phone("telegram")
    await lan.scans(town.hall.qr())
    await lan.presses("Đồng ý")
    assert isinstance(other, TelegramPhone)
    for forged in ("/nocode", "/unit 0", "/birthyear", "/isme yes"):
        assert (await lan.types(forged)).startswith("Tin nhắn Telegram được lưu")
        assert "đề nghị đồng chí đọc và chọn" in await other.types(forged)
    assert (await lan.types("912345678")).startswith("Tin nhắn Telegram được lưu")


@pytest.mark.parametrize(
    "spelling", ["{0}{1}", "{0} {1}", "{0}-{1}", " {0}  {1} ", "{0}.{1}", "/start r-{0}{1}"]
)
async def test_a_code_is_accepted_as_people_write_it(town: Town, spelling: str) -> None:
    lan = town.phone("web")
    await lan.types("/start")
    await agrees(lan)
    code = town.code_of("lan")
    await lan.types(spelling.format(code[:4].lower(), code[4:]))
    assert lan.last == "Đồng chí là Nguyễn Thị Lan (1950), Chi bộ ấp 3, đúng không?"


async def test_it_is_not_her_and_the_scan_waits_on(town: Town, channel: str) -> None:
    """She was handed her neighbour's slip: one more code, not everything again."""
    town.at("07:12")
    lan = town.phone(channel)
    await lan.scans(town.hall.qr())
    await agrees(lan)
    await lan.types(town.code_of("bon"))
    assert (await lan.presses("Không phải tôi")).startswith("Đã ghi nhận. Đề nghị đồng chí nhập mã")
    town.at("07:16")
    await lan.types(town.code_of("lan"))
    assert (await lan.presses("Đúng")).endswith("tại Hội trường UBND xã lúc 07:12.")


async def test_after_a_quarter_of_an_hour_the_scan_is_over(town: Town, channel: str) -> None:
    """She is registered all the same, and told to scan again."""
    town.at("07:12")
    lan = town.phone(channel)
    await lan.scans(town.hall.qr())
    await agrees(lan)
    town.at("07:26")
    await lan.types(town.code_of("lan"))
    town.at("07:28")
    assert await lan.presses("Đúng") == (
        "Đã đăng ký. Cảm ơn đồng chí.\n"
        "Giờ quét mã đã quá 15 phút. Đề nghị đồng chí quét lại mã tại hội trường."
    )
    assert (await lan.scans(town.hall.qr())).endswith("lúc 07:28.")


async def test_five_wrong_codes_and_typing_rests(town: Town, channel: str) -> None:
    """Codes are guessed by nobody; who has a genuine one waits a quarter of an hour."""
    lan = town.phone(channel)
    await lan.types("/start")
    await agrees(lan)
    for _ in range(5):
        assert await lan.types("B2C3F4G5") == WRONG
    assert (await lan.types("B2C3F4G5")).startswith("Đồng chí nhập sai nhiều lần.")
    assert "sau 15 phút" in await lan.types(town.code_of("lan"))
    town.at("07:28")
    await lan.types(town.code_of("lan"))
    assert lan.last == "Đồng chí là Nguyễn Thị Lan (1950), Chi bộ ấp 3, đúng không?"


async def test_small_talk_is_no_wrong_code(town: Town, channel: str) -> None:
    """She greets, asks, is puzzled: the question is put again, nothing is counted."""
    lan = town.phone(channel)
    await lan.types("/start")
    await agrees(lan)
    for words in ("chào cháu", "mã ở đâu?", "dạ", "không thấy", "alo", "1950", "vâng"):
        assert await lan.types(words) == "Đề nghị đồng chí nhập mã đăng ký do chi bộ cấp."
    await lan.types(town.code_of("lan"))
    assert (
        await lan.types("đúng rồi") == "Đồng chí là Nguyễn Thị Lan (1950), Chi bộ ấp 3, đúng không?"
    )


async def test_a_code_works_once_on_telegram(town: Town) -> None:
    """A slip found in the hall makes nobody else of the finder."""
    lan, finder = town.phone("telegram"), town.phone("telegram")
    await lan.scans(town.slip_of("lan"))
    await agrees(lan)
    await lan.presses("Đúng")
    await finder.scans(town.slip_of("lan"))
    assert await agrees(finder) == USED
    for _ in range(6):  # an honest holder of the slip is not locked out
        assert await finder.types(town.code_of("lan")) == USED
    assert await town.owner_of(finder) is None


async def test_one_member_has_one_account_on_telegram(town: Town) -> None:
    """A new slip does not move an account by itself: the secretary knows about new phones."""
    await town.registered("lan", "telegram")
    second = town.phone("telegram")
    await second.scans(town.slip_of("lan"))
    assert (await agrees(second)).startswith("Đồng chí đã đăng ký trên một tài khoản khác.")
    assert await town.owner_of(second) is None


@pytest.mark.parametrize("before", ["web", "telegram"])
async def test_a_second_browser_is_hers_and_she_is_told(town: Town, before: str) -> None:
    """Another app's scanner opens another browser; if it was not her, she knows at once."""
    lan = await town.registered("lan", before)
    second = town.phone("web")
    await second.scans(town.slip_of("lan"))
    await agrees(second)
    assert (await second.presses("Đúng")).startswith("Đã đăng ký. Cảm ơn đồng chí.")
    assert await lan.hears() == ANOTHER_BROWSER
    third = town.phone("web")
    await third.scans(town.slip_of("lan"))  # the same slip once more
    await agrees(third)
    await third.presses("Đúng")
    assert await town.owner_of(third) == town.number_of("lan")


async def opens_the_slip(town: Town, who: str) -> Phone:
    """One more browser opens it and says yes to whatever is asked."""
    browser = town.phone("web")
    await browser.scans(town.slip_of(who))
    await agrees(browser)
    if "Đúng" in browser.labels:
        await browser.presses("Đúng")
    return browser


async def test_a_slip_opens_three_browsers_and_no_more(town: Town) -> None:
    """Her own scanner apps, not everybody through whose hands the slip goes."""
    for _ in range(3):
        browser = await opens_the_slip(town, "lan")
        assert await town.owner_of(browser) == town.number_of("lan")
    fourth = await opens_the_slip(town, "lan")
    assert fourth.last == USED
    assert await town.owner_of(fourth) is None


async def test_a_used_slip_found_the_next_day_is_paper(town: Town) -> None:
    await opens_the_slip(town, "lan")
    town.at("07:13", day="2016-12-10")
    finder = await opens_the_slip(town, "lan")
    assert finder.last == USED
    assert await town.owner_of(finder) is None


async def test_a_secretarys_used_slip_opens_nothing(town: Town) -> None:
    """Whoever finds it would have the whole cell: her second browser needs a fresh code."""
    await opens_the_slip(town, "hoa")
    await town.grants("minh", Role.CLERK, hall=town.hall)
    await opens_the_slip(town, "minh")
    for who in ("hoa", "minh"):
        finder = await opens_the_slip(town, who)
        assert finder.last == USED
        assert await town.owner_of(finder) is None


async def test_two_who_are_asked_at_once_are_not_both_her(town: Town) -> None:
    """A code is weighed again when [Đúng] is pressed, not only when it was typed."""
    hers, theirs = town.phone("web"), town.phone("web")
    for phone in (hers, theirs):
        await phone.scans(town.slip_of("hoa"))
        await agrees(phone)
    await hers.presses("Đúng")
    assert await theirs.presses("Đúng") == USED
    assert await town.owner_of(theirs) is None


async def test_what_is_told_is_told_on_every_phone_of_hers(town: Town) -> None:
    """The browser linked last may be a stranger's: it never hears something instead of her."""
    telegram, web = await town.registered("lan", "telegram"), await town.registered("lan", "web")
    await opens_the_slip(town, "lan")
    assert await telegram.hears() == ANOTHER_BROWSER
    assert await web.hears() == ANOTHER_BROWSER


async def test_a_registered_member_opens_anothers_slip(town: Town, channel: str) -> None:
    """Never re-binds, and says nothing of whose it is."""
    minh = await town.registered("minh", channel)
    town.at("07:20")
    assert await minh.scans(town.slip_of("lan")) == (
        "Mã này được cấp cho người khác. Tài khoản này đã đăng ký và không thay đổi."
    )
    assert await minh.types(town.code_of("lan")) == minh.last
    assert await minh.scans(town.slip_of("minh")) == "Đồng chí đã đăng ký trên tài khoản này."
    assert await town.owner_of(minh) == town.number_of("minh")


async def test_her_own_number_tells_who_she_is(town: Town) -> None:
    """Telegram vouches for it; with the scan that waits it is all she needs."""
    town.at("07:12")
    lan = town.phone("telegram")
    assert isinstance(lan, TelegramPhone)
    await lan.scans(town.hall.qr())
    await agrees(lan)
    await lan.presses("Tôi chưa có mã")
    await lan.hears()
    assert lan.asks_contact == "Chia sẻ số điện thoại của tôi"
    await lan.presses("Chọn đơn vị")  # she looked around first
    assert await lan.shares_contact("84912345678", own=False) == (
        "Đề nghị đồng chí chia sẻ số điện thoại của chính mình."
    )
    assert await lan.shares_contact("84912345678") == (
        "Đồng chí là Nguyễn Thị Lan (1950), Chi bộ ấp 3, đúng không?"
    )
    assert (await lan.presses("Đúng")).endswith("tại Hội trường UBND xã lúc 07:12.")


async def test_an_unknown_number_says_nothing(town: Town) -> None:
    lan = town.phone("telegram")
    assert isinstance(lan, TelegramPhone)
    await lan.scans(town.hall.qr())
    await agrees(lan)
    assert (await lan.shares_contact("84900000000")).startswith("Chưa tìm thấy qua số điện thoại")


async def test_a_clerk_by_link(
    town: Town, channel: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first who opens it, and nobody after."""
    cuc, other = await town.registered("cuc", channel), await town.registered("minh", channel)
    link = await town.link_to(Role.CLERK, town.hall, capsys)
    heard = await cuc.opens(link)
    assert heard == "Đồng chí là cán bộ phụ trách điểm danh tại Hội trường UBND xã."
    assert (await other.opens(link)).startswith("Đường dẫn này đã được dùng hoặc đã hết hạn.")
    town.at("07:40")
    assert (await cuc.presses("Điểm cầu")).startswith("Hội trường UBND xã (07:40): có mặt 0/28")


async def test_a_clerk_by_link_who_registers_on_the_way(
    town: Town, channel: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cuc = town.phone(channel)
    await cuc.opens(await town.link_to(Role.CLERK, town.hall, capsys))
    await agrees(cuc)
    await cuc.types(town.code_of("cuc"))
    assert await cuc.presses("Đúng") == (
        "Đã đăng ký. Cảm ơn đồng chí.\n"
        "Đồng chí là cán bộ phụ trách điểm danh tại Hội trường UBND xã."
    )


async def test_a_clerk_by_the_page_behind_the_link(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is only a browser, no command need be typed. Looking uses nothing up: whoever
    forwards a link has it looked at by a preview first."""
    page = await town.page_to(Role.CLERK, town.hall, capsys)
    for _ in range(3):
        assert (await town.browser().get(page)).status_code == 200
    cuc = await town.registered("cuc", "web")
    assert await cuc.scans(page) == (
        "Đồng chí là cán bộ phụ trách điểm danh tại Hội trường UBND xã."
    )
    minh = await town.registered("minh", "web")
    assert (await minh.scans(page)).startswith("Đường dẫn này đã được dùng hoặc đã hết hạn.")
    assert (await town.browser().get(f"{town.address}/v/{'x' * 99}")).status_code == 404


async def test_pressing_an_old_consent_again_changes_nothing(town: Town) -> None:
    """Registered long ago, she finds the first message and presses what is left of it."""
    lan = await town.registered("lan", "web")
    assert isinstance(lan, BrowserPhone)
    for old in ("/consent no", "/consent yes", "/foreign no", "/isme yes"):
        assert await lan.types(old) == "Đồng chí đã đăng ký trên tài khoản này."
    town.at("07:20")
    assert (await lan.scans(town.hall.qr())).startswith("Đã điểm danh")


async def test_namesakes_of_a_cell_are_told_apart(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two Nguyễn Thị Lan in one cell: the year is on the printed table as in the question."""
    capsys.readouterr()
    await commands.invite(
        town.app.database, town.app.key, "AP3", town.now, public_url=town.address, renew=False,
        as_json=False, out=None, advance=lambda *_: None,
    )  # fmt: skip
    shown = capsys.readouterr().out
    assert "(1950)" in shown
    assert "(1962)" in shown
    assert "(1948)" not in shown
    minh = town.phone("web")
    await minh.scans(town.slip_of("minh"))
    assert await agrees(minh) == "Đồng chí là Trần Văn Minh, Chi bộ ấp 3, đúng không?"


async def test_a_code_with_odd_characters(town: Town, channel: str) -> None:
    """Told what a code looks like; it is no wrong try."""
    lan = town.phone(channel)
    await lan.types("/start")
    await lan.presses("Xem chi tiết")
    assert "mã băm có khóa" in lan.last
    assert "cán bộ theo dõi" in lan.last
    await lan.presses("Đồng ý")
    if channel != "web":
        await lan.presses("Đồng ý")
    for _ in range(6):
        assert await lan.types("K7P4#9Q$M") == EIGHT


async def test_a_strangers_wrong_hall_code_shows_a_way_on(town: Town, channel: str) -> None:
    lan = town.phone(channel)
    assert (await lan.types("000000")).startswith("Mã chưa đúng")
    assert lan.labels == ["Đăng ký", "Tôi chưa có mã"]


@pytest.mark.parametrize("said", ["Mã: {}", "mã của tôi là {}", "Mã đăng ký: {}.", "Ma {} a"])
async def test_a_code_in_a_sentence_is_a_code(town: Town, channel: str, said: str) -> None:
    """People answer a question with a sentence; the code in it is right."""
    lan, code = town.phone(channel), town.code_of("lan")
    await lan.types("/start")
    await agrees(lan)
    spelled = f"{code[:4]} {code[4:]}" if said.startswith("Ma ") else code
    heard = await lan.types(said.format(spelled))
    assert heard.startswith("Đồng chí là Nguyễn Thị Lan (1950)")


async def test_eight_letters_without_a_digit_are_no_code(town: Town, channel: str) -> None:
    lan = town.phone(channel)
    await lan.types("/start")
    await agrees(lan)
    assert await lan.types("ABCDEFGH") == EIGHT


async def test_a_wrong_code_leaves_the_way_without_one(town: Town, channel: str) -> None:
    """Whoever cannot type it right must find the other door, not a wall."""
    lan = town.phone(channel)
    await lan.types("/start")
    await agrees(lan)
    assert await lan.types("BBBB2222") == WRONG
    assert lan.labels == ["Tôi chưa có mã"]
    await lan.types("000000")
    assert "Tôi chưa có mã" in lan.labels
    await lan.types("12345")
    assert "Tôi chưa có mã" in lan.labels


async def test_registered_in_the_hall_is_not_checked_in(town: Town, channel: str) -> None:
    """ "Đã đăng ký" alone sounds as if all were done, and she would be missing at the end."""
    town.at("07:20")
    lan, ba = town.phone(channel), town.phone(channel)
    await lan.scans(town.slip_of("lan"))
    await agrees(lan)
    assert await lan.presses("Đúng") == (
        "Đã đăng ký. Cảm ơn đồng chí.\nĐồng chí chưa được điểm danh. "
        "Đề nghị đồng chí nhập mã đang hiển thị tại hội trường."
    )
    assert (await lan.types(town.hall.digits)).startswith("Đã điểm danh đồng chí Nguyễn Thị Lan")
    await town.came(["ba"])
    await ba.scans(town.slip_of("ba"))
    await agrees(ba)
    assert await ba.presses("Đúng") == "Đã đăng ký. Cảm ơn đồng chí."


async def test_the_committee_keeps_the_data_not_the_cell(town: Town, channel: str) -> None:
    """A hall may be a cell's own; who runs the system is the committee above it."""
    async with town.app.database.write() as tx:
        await tx.execute(delete(assignments).where(assignments.c.venue_id == town.hall.venue.id))
        await tx.execute(
            insert(assignments).values(
                session_id=town.hall.venue.session.id, unit_id=3, venue_id=town.hall.venue.id
            )
        )
        await tx.execute(update(units).where(units.c.id == 3).values(parent_id=1, path="/1/3/"))
    town.app.schedules.forget()
    lan = town.phone(channel)
    await lan.scans(town.hall.qr())
    assert "để Tỉnh ủy Tiền Giang tổng hợp báo cáo" in lan.last
    await lan.presses("Xem chi tiết")
    assert "liên hệ Tỉnh ủy Tiền Giang." in lan.last
    assert max(len(line) for line in lan.last.splitlines()) < 120, "lines, not a wall of words"
