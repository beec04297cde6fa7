"""A letter to all of xã Tân Lý, as its coordinator writes it up to the preview."""

from __future__ import annotations

from tests.broadcasts.commune import Commune

TEXT = "Đề nghị các đồng chí nộp bài trước thứ Sáu."
LETTER = f"Đảng ủy xã Tân Lý:\n{TEXT}"


async def compose(commune: Commune, text: str = TEXT, who: str = "A001") -> str:
    await commune.types(who, "/nhac")
    audience = next(label for label in await commune.labels(who) if label.startswith("Tất cả"))
    await commune.presses(who, audience)
    return await commune.types(who, text)
