"""Numbers in addresses, as nobody would type them."""

from __future__ import annotations

import httpx
import pytest

from tests.web.village import Village

NINES = "9" * 5000


@pytest.mark.parametrize(
    "path",
    [
        f"/cua/{NINES}",
        f"/cua/{NINES}/so-lieu",
        f"/chat/files/{NINES}",
        f"/bang/don-vi/{NINES}",
        f"/bang/don-vi/{NINES}.xlsx",
        f"/bang/chi-bo/{NINES}/1",
        f"/bang/ke-hoach/{NINES}",
        f"/bang/phieu/don-vi/{NINES}",
        f"/cua/{'9' * 19}",
    ],
)
async def test_a_number_too_long_is_no_page(
    lan: httpx.AsyncClient, village: Village, path: str
) -> None:
    """It was a failure of ours once, with a line in the log for everybody who tries."""
    assert (await lan.get(path)).status_code == 404
