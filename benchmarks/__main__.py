"""Everything that is measured: `python -m benchmarks`."""

from __future__ import annotations

import argparse
import asyncio

from benchmarks import check_in, dashboard, delivery, screens, sixty_days


async def measure() -> None:
    """One after the other; each prints its own figures."""
    await check_in.measure(check_in.PEOPLE)
    await delivery.measure(delivery.MEASURES)
    await sixty_days.main([])
    await screens.main()
    await dashboard.measure()


def main() -> None:
    """Measure everything; the parts can be asked for by themselves."""
    argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure everything. The parts: python -m benchmarks.check_in, "
        "python -m benchmarks.delivery; each has --help.",
    ).parse_args()
    asyncio.run(measure())


if __name__ == "__main__":
    main()
