"""Everything that is measured: `python -m benchmarks`."""

from __future__ import annotations

import asyncio

from benchmarks import check_in, delivery, sixty_days


async def main() -> None:
    """One after the other; each prints its own figures."""
    await check_in.main(check_in.PEOPLE)
    await delivery.main([])
    await sixty_days.main([])


if __name__ == "__main__":
    asyncio.run(main())
