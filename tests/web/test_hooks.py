"""The messenger's hook over real HTTP: what it answers decides what is sent again."""

from __future__ import annotations

import httpx
import pytest

from tests.web.village import SECRET, Village

HOOK = "/hooks/telegram"
SIGNED = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


@pytest.fixture
def telegram(lan: httpx.AsyncClient) -> httpx.AsyncClient:
    """The messenger's server, calling."""
    return lan


async def test_an_update_is_answered_in_the_response(
    telegram: httpx.AsyncClient, village: Village
) -> None:
    answer = await telegram.post(HOOK, content=b'{"text": "diemdanh"}', headers=SIGNED)
    assert (answer.status_code, answer.json()) == (200, {"method": "sendMessage"})
    assert answer.headers["content-type"] == "application/json"
    silent = await telegram.post(f"{HOOK}/tg2", content=b"{}", headers=SIGNED)
    assert (silent.status_code, silent.content) == (200, b"")
    assert [name for name, _ in village.updates] == ["main", "tg2"]


async def test_a_wrong_secret_is_refused(telegram: httpx.AsyncClient, village: Village) -> None:
    wrong: list[dict[str, str]] = [{}, {"X-Telegram-Bot-Api-Secret-Token": "guess"}]
    for headers in wrong:
        assert (await telegram.post(HOOK, content=b"{}", headers=headers)).status_code == 401
    assert village.updates == []


async def test_no_update_is_taken_in_silence(telegram: httpx.AsyncClient) -> None:
    """A refusal would be sent again for 24 hours and hold up the chat meanwhile."""
    answer = await telegram.post(HOOK, content=b"no json", headers=SIGNED)
    assert (answer.status_code, answer.content) == (200, b"")


async def test_our_own_failure_asks_for_another_delivery(
    telegram: httpx.AsyncClient, village: Village
) -> None:
    village.is_broken = True
    answer = await telegram.post(HOOK, content=b"{}", headers=SIGNED)
    assert answer.status_code == 503
    village.is_broken = False
    assert (await telegram.post(HOOK, content=b"{}", headers=SIGNED)).status_code == 200


async def test_what_is_no_hook_is_not_one(telegram: httpx.AsyncClient) -> None:
    assert (await telegram.get(HOOK)).status_code == 405
    for path in ("/hooks/", "/hooks/telegrams", "/hooks/telegram/a/b", "/hooks/x/hooks/telegram"):
        assert (await telegram.post(path, headers=SIGNED)).status_code == 404
    huge = await telegram.post(HOOK, content=b"{" + b" " * 1_000_000, headers=SIGNED)
    assert huge.status_code == 413
