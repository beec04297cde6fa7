"""Sharing a total out, so that the parts are uneven and the sum is exact."""

from __future__ import annotations

from collections.abc import Sequence


def share(
    total: int, weights: Sequence[float], floors: Sequence[int], caps: Sequence[int]
) -> list[int]:
    """Parts about in proportion to the weights, each within its floor and cap."""
    if not sum(floors) <= total <= sum(caps):
        raise ValueError(f"{total} cannot be shared between {sum(floors)} and {sum(caps)}")
    scale = total / sum(weights)
    parts = [
        min(max(round(weight * scale), low), high)
        for weight, low, high in zip(weights, floors, caps, strict=True)
    ]
    # Each round moves every part that still has room by one, largest first, until the sum fits.
    order = sorted(range(len(parts)), key=lambda index: -weights[index])
    while missing := total - sum(parts):
        step = 1 if missing > 0 else -1
        room = [i for i in order if floors[i] <= parts[i] + step <= caps[i]]
        for index in room[: abs(missing)]:
            parts[index] += step
    return parts
