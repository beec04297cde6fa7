"""The chat on a phone's home screen."""

from __future__ import annotations

import struct

import httpx


async def test_it_can_be_kept_on_the_home_screen(lan: httpx.AsyncClient) -> None:
    """Names, colours and icons that are there and as large as they say."""
    page = (await lan.get("/chat")).text
    assert 'rel="manifest" href="/manifest.webmanifest"' in page
    answer = await lan.get("/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    manifest = answer.json()
    assert manifest["start_url"] == "/chat"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        picture = (await lan.get(icon["src"])).content
        width, height = struct.unpack(">II", picture[16:24])  # of a PNG's first chunk
        assert icon["sizes"] == f"{width}x{height}"


async def test_the_worker_keeps_nothing_personal(lan: httpx.AsyncClient) -> None:
    """What it stores says the same to everybody, and its style is the one of today."""
    worker = await lan.get("/worker.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    style = worker.text.partition('STYLE = "')[2].partition('"')[0]
    assert (await lan.get(style)).headers["content-type"].startswith("text/css")
    offline = await lan.get("/mat-ket-noi")
    assert "ký danh sách giấy" in offline.text
    assert style in offline.text
    assert "set-cookie" not in offline.headers
