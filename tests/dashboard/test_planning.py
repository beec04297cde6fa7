"""A campaign set up on a page: as safely as from a file, and without one."""

from __future__ import annotations

import asyncio
import html
import re
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import func, select

from domain.text import clock
from storage import planning
from storage.schema import audit, campaigns, sessions, venues
from tests.dashboard.desk import Desk, desk_of
from tests.dashboard.test_tree import unit_id
from tests.stories.town import Town

NEW = {
    "unit": "TCN",
    "title": "Học tập Nghị quyết Trung ương 5",
    "session": "Hội nghị",
    "on": "2016-12-15",
    "starts": "08:00",
    "ends": "10:00",
    "lines": "1",
    "venue-0": "Hội trường xã",
}


async def rows(town: Town, statement: Any) -> list[Any]:
    async with town.app.database.read() as db:
        return list((await db.execute(statement)).all())


def words(response: httpx.Response) -> str:
    """A page as somebody reads it."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


async def test_a_first_session_needs_a_name_a_day_and_a_hall(town: Town) -> None:
    """One press; the page that follows has the hall's screen, and the hall knows its code."""
    async with desk_of(town, "dung", "TCN") as desk:
        response = await desk.send("/ke-hoach/moi", **NEW)
        assert response.status_code == 303, words(response)
        page = await desk.page(response.headers["location"].removeprefix("/bang"))
        assert "HTNQTU5" in page
        screen = re.search(r'href="(/man-hinh/[^"]+)"', page)
        assert screen
        wall = await desk.client.get(screen[1])
        assert "Hội trường xã" in wall.text
        town.at("08:05", day="2016-12-15")
        minh = await town.registered("minh", "web")
        digits = re.search(r'id="typed">(\d{3} \d{3})<', (await desk.client.get(screen[1])).text)
        assert digits
        assert "Hội trường xã" in await minh.types(digits[1])


async def test_all_cells_are_expected_where_nothing_is_ticked(town: Town) -> None:
    """A second hall takes those ticked for it; the first keeps the rest."""
    two = NEW | {"lines": "2", "venue-1": "Nhà văn hóa ấp 5", "units-1": "AP5"}
    async with desk_of(town, "dung", "TCN") as desk:
        assert (await desk.send("/ke-hoach/moi", **two)).status_code == 303
    async with town.app.database.read() as db:
        plan = await planning.stored(db, "HTNQTU5")
    [session] = plan.sessions
    assert [(v.code, v.name, v.units) for v in session.venues] == [
        ("V001", "Hội trường xã", ("TCN",)),
        ("V002", "Nhà văn hóa ấp 5", ("AP5",)),
    ]


async def test_sent_twice_it_is_one_campaign(town: Town) -> None:
    """A finger that presses twice, and a browser that sends the form again an hour later."""
    async with desk_of(town, "dung", "TCN") as desk:
        both = await asyncio.gather(*(desk.send("/ke-hoach/moi", **NEW) for _ in range(2)))
        later = await desk.send("/ke-hoach/moi", **NEW)
        places = {one.headers.get("location") for one in (*both, later)}
        assert len(places) == 1, [words(one) for one in (*both, later)]
    assert len(await rows(town, select(campaigns.c.id))) == 2
    noted = await rows(town, select(audit.c.id).where(audit.c.action == "plan_applied"))
    assert len(noted) == 2  # the town's own, and this one


async def test_what_is_wrong_is_said_at_its_field(town: Town) -> None:
    """In words, with what was typed still there; nothing is half done."""
    wrong = NEW | {"ends": "07:00", "venue-0": "", "on": "32/13/2016", "summoned-0": "nhiều"}
    async with desk_of(town, "dung", "TCN") as desk:
        response = await desk.send("/ke-hoach/moi", **wrong)
        assert response.status_code == 422
        assert "Ngày chưa đúng, ví dụ 09/12/2016" in response.text
        assert 'id="wrong-venue-0-1"' in response.text
        assert "Phải là số nguyên" in response.text
        assert 'value="Học tập Nghị quyết Trung ương 5"' in response.text
        backwards = await desk.send("/ke-hoach/moi", **(NEW | {"ends": "07:00"}))
        assert "Kết thúc không sau lúc bắt đầu" in words(backwards)
        twice = NEW | {"lines": "2", "venue-1": "Hội trường hai"}
        assert "đã được xếp ở" in words(await desk.send("/ke-hoach/moi", **twice))
        taken = await desk.send("/ke-hoach/moi", **(NEW | {"code": "nqtw4"}))
        assert "đã dùng; đề nghị chọn mã khác" in words(taken)
    assert len(await rows(town, select(campaigns.c.id))) == 1


async def test_a_day_at_tet_is_asked_about_once_more(town: Town) -> None:
    """Warned about, saved only when it is meant."""
    tet = NEW | {"on": "2017-01-28"}
    async with desk_of(town, "dung", "TCN") as desk:
        asked = await desk.send("/ke-hoach/moi", **tet)
        assert asked.status_code == 200
        assert "Ngày 28/01/2017 là ngày nghỉ lễ" in asked.text
        assert len(await rows(town, select(campaigns.c.id))) == 1
        assert (await desk.send("/ke-hoach/moi", **tet, sure="1")).status_code == 303


async def test_names_with_html_stay_names(town: Town) -> None:
    evil = '<script>alert(1)</script>"&'
    async with desk_of(town, "dung", "TCN") as desk:
        wrong = await desk.send("/ke-hoach/moi", **(NEW | {"title": evil, "on": evil}))
        done = await desk.send("/ke-hoach/moi", **(NEW | {"title": evil, "venue-0": evil}))
        page = await desk.page(done.headers["location"].removeprefix("/bang"))
        for text in (wrong.text, page):
            assert "<script>alert" not in text
            assert "&lt;script&gt;alert" in text


async def test_another_communes_units_are_not_planned_for(town: Town) -> None:
    """Neither as the campaign's own, nor at one of its halls; not by a secretary at all."""
    async with desk_of(town, "dung", "TCN") as desk:
        for unit in ("TL", "TG", "nowhere"):
            response = await desk.send("/ke-hoach/moi", **(NEW | {"unit": unit}))
            assert response.status_code == 404
        foreign = await desk.send("/ke-hoach/moi", **(NEW | {"units-0": "TL3"}))
        assert foreign.status_code == 422
        assert "không thuộc" in foreign.text
        # the province's campaign is not theirs either
        assert await desk.status("/ke-hoach/1") == 404
        assert await desk.status("/ke-hoach/1/buoi-moi") == 404
        assert await desk.status("/ke-hoach/buoi/1/gio?lam=close") == 404
        step = await desk.send("/ke-hoach/buoi/1/gio", lam="close", seen="0")
        assert step.status_code == 404
        assert (await desk.send("/ke-hoach/buoi/1/diem-cau")).status_code == 404
    async with desk_of(town, "hoa") as desk:
        assert await desk.status("/ke-hoach") == 404
        assert "Kế hoạch" not in await desk.page()
        assert (await desk.send("/ke-hoach/moi", **(NEW | {"unit": "AP3"}))).status_code == 404
    assert len(await rows(town, select(campaigns.c.id))) == 1


async def test_a_form_without_our_token_does_nothing(town: Town) -> None:
    async with desk_of(town, "dung", "TCN") as desk:
        plain = await desk.client.post("/bang/ke-hoach/moi", data=NEW)
        token = re.search(r'name="form" value="([0-9a-f]{32})"', await desk.page())
        assert token
        foreign = await desk.client.post(
            "/bang/ke-hoach/moi",
            data=NEW | {"form": token[1]},
            headers={"Origin": "http://elsewhere.example"},
        )
        assert (plain.status_code, foreign.status_code) == (403, 403)
    assert len(await rows(town, select(campaigns.c.id))) == 1


# --- opening, closing, extending -----------------------------------------------------------------


async def ask(desk: Desk, step: str, session: int = 1) -> dict[str, str]:
    """The fields of the page that asks whether it is meant."""
    page = await desk.page(f"/ke-hoach/buoi/{session}/gio?lam={step}")
    return dict(re.findall(r'name="(lam|seen)" value="([^"]+)"', page))


async def times(town: Town) -> str:
    async with town.app.database.read() as db:
        opens_at, closes_at = await planning.times_of(db, 1)
    return f"{clock(opens_at)}–{clock(closes_at)}"


async def test_a_hall_that_runs_late_is_kept_open(town: Town) -> None:
    """Those who come at the door after the end are recorded; sent twice it is extended once."""
    async with desk_of(town, "tam", "TG") as desk:
        town.at("11:25")
        assert await times(town) == "07:00–11:30"
        fields = await ask(desk, "extend-30")
        done = await desk.send("/ke-hoach/buoi/1/gio", **fields)
        assert "Hoàn tác" in done.text
        again = await desk.send("/ke-hoach/buoi/1/gio", **fields)
        assert "đã thực hiện rồi" in again.text
        assert await times(town) == "07:00–12:00"
        town.at("11:50")
        minh = await town.registered("minh", "web")
        assert "Đã điểm danh" in await minh.types(town.hall.digits)
        undo = dict(re.findall(r'name="(opens|closes|seen)" value="(\d+)"', done.text))
        assert (await desk.send("/ke-hoach/buoi/1/tro-lai", **undo)).status_code == 303
        assert await times(town) == "07:00–11:30"
        assert await town.record_of("minh") is not None


async def test_closing_and_opening_again(town: Town) -> None:
    async with desk_of(town, "tam", "TG") as desk:
        town.at("09:00")
        await desk.send("/ke-hoach/buoi/1/gio", **await ask(desk, "close"))
        assert await times(town) == "07:00–09:00"
        town.now += timedelta(minutes=5)
        minh = await town.registered("minh", "web")
        assert (await minh.types(town.hall.digits)).startswith("Đã hết giờ")
        await desk.send("/ke-hoach/buoi/1/gio", **await ask(desk, "open"))
        assert await times(town) == "07:00–09:35"
    noted = await rows(town, select(audit.c.detail).where(audit.c.action == "session_times"))
    assert [row.detail["what"] for row in noted] == ["close", "open"]


async def test_what_cannot_be_is_refused(town: Town) -> None:
    async with desk_of(town, "tam", "TG") as desk:
        assert await desk.status("/ke-hoach/buoi/1/gio?lam=burn") == 400
        assert await desk.status("/ke-hoach/buoi/99/gio?lam=open") == 404
        for seen in ("", "x", "9" * 40):
            response = await desk.send("/ke-hoach/buoi/1/gio", lam="open", seen=seen)
            assert response.status_code == 400
        far = await ask(desk, "extend-15")
        backwards = {"opens": "9", "closes": "8", "seen": far["seen"]}
        await desk.send("/ke-hoach/buoi/1/tro-lai", **backwards)
        assert await times(town) == "07:00–11:30"


# --- a make-up session ---------------------------------------------------------------------------

MAKEUP = {k: v for k, v in NEW.items() if k not in ("unit", "title")}


async def test_a_makeup_session_joins_the_plan(town: Town) -> None:
    """What stood stays as it was, ids and secrets too; sent twice it is one."""
    async with desk_of(town, "tam", "TG") as desk:
        secrets = await rows(town, select(venues.c.id, venues.c.secret))
        for _ in range(2):
            assert (await desk.send("/ke-hoach/1/buoi-moi", **MAKEUP)).status_code == 303
        found = await rows(town, select(sessions.c.code, sessions.c.kind).order_by(sessions.c.id))
        assert [tuple(row) for row in found] == [
            ("HN", "main"), ("BS", "makeup"), ("BS2", "makeup"),
        ]  # fmt: skip
        now = await rows(town, select(venues.c.id, venues.c.secret))
        assert set(map(tuple, secrets)) < set(map(tuple, now))
        early = await desk.send("/ke-hoach/1/buoi-moi", **(MAKEUP | {"on": "2016-01-04"}))
        assert "Buổi học trước ngày mở đợt học tập" in words(early)


async def test_the_stored_plan_is_the_plan_that_was_applied(town: Town) -> None:
    """Read back and applied again it changes nothing: what a form changes is all that changes."""
    async with town.app.database.read() as db:
        plan = await planning.stored(db, "NQTW4")
        assert await planning.would_change(db, plan) == []
        assert await db.scalar(select(func.count()).select_from(campaigns)) == 1
    assert unit_id("TG") == 1
