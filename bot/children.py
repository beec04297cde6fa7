"""Processes of our own for what is dangerous, or large: each lives for one piece of work."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping


async def run(
    module: str,
    *arguments: str,
    seconds: float,
    given: bytes | None = None,
    environment: Mapping[str, str] | None = None,
) -> bytes | None:
    """What `python -m module` wrote; None if it was killed, crashed or took too long.

    Whoever stops waiting ends it.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL if given is None else asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # a crash writes its stack there
        env=_environment() | dict(environment or {}),
    )
    try:
        output, _ = await asyncio.wait_for(child.communicate(given), seconds)
    except TimeoutError:
        return None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return output if child.returncode == 0 else None


def _environment() -> dict[str, str]:
    """Our own without the settings: a file that takes the child over finds no token."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith("DIEMDANH_")
    } | {
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
