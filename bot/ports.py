"""Ports of this machine, looked at before anything is started on them."""

from __future__ import annotations

import errno
import os
import socket

from bot.refusal import Refused
from bot.settings import Web


def fault(host: str, port: int) -> str | None:
    """Why nothing can be served there, as the end of a sentence; None where it can."""
    try:
        for family, *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            with socket.socket(family) as probe:
                if os.name == "posix":  # elsewhere this would let two programs share the port
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
                return None
    except (OSError, OverflowError) as error:
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            return "đang được một chương trình khác dùng"
    return "không dùng được"


def demand_free(web: Web) -> None:
    """Refuse, with what to do, where the pages or the metrics could not be served."""
    wanted = {"port": (web.host, web.port), "metrics_port": ("127.0.0.1", web.metrics_port)}
    for name, (host, port) in wanted.items():
        why = fault(host, port) if port else None
        if why is not None:
            raise Refused(
                f"Cổng {port} tại {host} {why}. Hãy dừng chương trình ấy (có thể là một "
                f"diemdanh run khác), hoặc đặt web.{name} khác trong config.toml, rồi chạy lại."
            )
