"""Registration slips as a PDF, drawn in a process of its own: pages cost more than check-ins."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from storage.invitations import Invited


class NotDrawn(Exception):
    """The child died, or was killed."""


def as_slips(
    found: Iterable[Invited], names: Mapping[int, str], public_url: str
) -> list[dict[str, str]]:
    """What stands on each slip, as `drawn` and its child say it to each other."""
    return [
        {
            "name": names[one.member_id],
            "cell": one.cell,
            "code": one.code,
            "url": f"{public_url}/r/{one.code}",
            "expires_at": one.expires_at.isoformat(),
        }
        for one in found
    ]


async def drawn(
    slips: Sequence[Mapping[str, str]], title: str, advance: Callable[[int, int], None]
) -> bytes:
    """The PDF; `advance` hears which page of how many is done. Raises NotDrawn."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.slips",
        stdin=asyncio.subprocess.PIPE,  # codes stand in no list of processes
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    try:
        said = json.dumps({"title": title, "slips": list(slips)}).encode()
        pdf, _, _ = await asyncio.gather(
            _all(child.stdout), _write(child.stdin, said), _follow(child.stderr, advance)
        )
        if await child.wait() != 0:
            raise NotDrawn
        return pdf
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


async def _all(stream: asyncio.StreamReader | None) -> bytes:
    return await stream.read() if stream else b""


async def _write(stream: asyncio.StreamWriter | None, said: bytes) -> None:
    if stream:
        stream.write(said)
        stream.close()
        await stream.wait_closed()


async def _follow(stream: asyncio.StreamReader | None, advance: Callable[[int, int], None]) -> None:
    """Lines such as "3/12"; whatever else the child says is not for us."""
    while stream and (line := await stream.readline()):
        page, _, pages = line.decode(errors="replace").strip().partition("/")
        if page.isdigit() and pages.isdigit():
            advance(int(page), int(pages))


def main() -> None:
    """The child: slips come in on stdin, the PDF goes out on stdout, pages are told on stderr."""
    from reports.slips import Slip, slips_pdf  # fonts and PDF: a second that only printing costs

    said = json.load(sys.stdin)
    slips = [
        Slip(**(one | {"expires_at": datetime.fromisoformat(one["expires_at"])}))
        for one in said["slips"]
    ]

    def tell(page: int, pages: int) -> None:
        sys.stderr.write(f"{page}/{pages}\n")
        sys.stderr.flush()

    sys.stdout.buffer.write(slips_pdf(slips, said["title"], tell))


if __name__ == "__main__":
    main()
