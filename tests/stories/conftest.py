"""Both kinds of phone."""

from __future__ import annotations

import zlib

import pytest


@pytest.fixture(params=["telegram", "web"])
def channel(request: pytest.FixtureRequest) -> str:
    """A story that does not say otherwise happens on Telegram and in a browser."""
    return str(request.param)


@pytest.fixture
def either(request: pytest.FixtureRequest) -> str:
    """Where the messenger makes no difference: half of these stories on Telegram, half not."""
    return ("telegram", "web")[zlib.crc32(request.node.name.encode()) % 2]
