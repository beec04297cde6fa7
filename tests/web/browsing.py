"""Pages in a real browser, which must keep to their own policy."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Page


@asynccontextmanager
async def looked_at(browser: Browser, **options: Any) -> AsyncGenerator[Page, None]:
    """A page of somebody's own. A script or style that its policy forbids fails the test."""
    context = await browser.new_context(**options)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda line: complaints.append(line.text) if "Content Security" in line.text else None,
    )
    yield page
    await context.close()
    assert complaints == []
