"""The server fails in the middle of the morning: what was not recorded is said again."""

from __future__ import annotations

from handlers.texts import common
from tests.stories.phones import BrowserPhone
from tests.stories.town import Town


async def test_an_apology_never_hides_the_answer(town: Town) -> None:
    """The page sends the same again, under the same id: it stands there once, answered."""
    town.at("07:31")
    lan = await town.registered("lan", "web")
    assert isinstance(lan, BrowserPhone)
    await town.breaks("attendance")
    assert await lan.scans(town.hall.qr()) == str(common.INTERRUPTED)
    assert await lan.again() == str(common.INTERRUPTED)
    await town.is_mended()
    assert (await lan.again()).startswith("Đã điểm danh đồng chí Nguyễn Thị Lan")
    assert (await lan.again()).startswith("Đã điểm danh đồng chí Nguyễn Thị Lan")
    assert len(await town.history_of("lan")) == 1
    assert [bubble.is_own for bubble in (await lan.sees("/chat")).bubbles] == [True, False, False]
