"""What a page's address asks for."""

from __future__ import annotations

from starlette.requests import Request

from web.doors.dashboard import Asked

SORTS = {
    "unit": "Theo thứ tự đơn vị",
    "rate": "Tỷ lệ thấp trước",
    "missing": "Chưa ghi nhận nhiều trước",
    "lagging": "Chi bộ chậm nhiều trước",
    "name": "Theo tên",
}


def asked(request: Request) -> Asked:
    """Which unit, of which campaign, and how it is to be shown; what makes no sense is left out."""
    query = request.query_params
    sort = query.get("sap-xep", "unit")
    return Asked(
        campaign_id=_number(query.get("dot")),
        unit_id=request.path_params.get("unit") or _number(query.get("don-vi")),
        sort=sort if sort in SORTS else "unit",
        query=query.get("tim", "")[:100],
        page=_number(query.get("trang")) or 0,
    )


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 16 else None
