"""What is measured; served on a loopback port of its own."""

from __future__ import annotations

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, generate_latest

HANDLED = Counter("diemdanh_inbound", "Updates handled", ["channel", "outcome"])
SENT = Counter("diemdanh_sends", "Messages given to a messenger", ["channel", "lane", "outcome"])
STAMPED = Counter("diemdanh_secret_stamps", "Messages refused for a secret stamp", ["channel"])
THROTTLED = Counter("diemdanh_throttled", "Pauses that a messenger asked for", ["channel"])
WAITING = Gauge("diemdanh_outbox", "Messages not settled yet", ["channel", "lane", "state"])
OLDEST = Gauge(
    "diemdanh_outbox_oldest_seconds", "How long the oldest has been due", ["channel", "lane"]
)
HALTED = Gauge("diemdanh_halted_seconds", "For how long the messenger asked to wait", ["channel"])
SECONDS = Histogram(
    "diemdanh_turn_seconds",
    "From an update's arrival to its committed answer",
    ["channel"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def exposition() -> bytes:
    """Everything, in Prometheus's text form."""
    return generate_latest(REGISTRY)
