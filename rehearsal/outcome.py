"""How a rehearsed day went: for scripts as JSON, for people as a table."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from domain.text import number, rate
from rehearsal.acts import Ledger

MOST_SHOWN = 20  # differences; one fault usually makes many


@dataclass(frozen=True, kw_only=True)
class Outcome:
    counts: dict[str, Any]  # the counts object at the root
    ledger: Ledger
    recorded: int
    lost: int  # told "recorded", and not in the database
    seconds: list[float]  # of every update that the bot took
    took: float  # seconds of the whole morning
    resent: int  # deliveries that had to be repeated
    problems: list[str]  # whatever does not agree

    @property
    def is_reconciled(self) -> bool:
        return not self.problems

    @property
    def per_second(self) -> float:
        return round(len(self.seconds) / self.took, 1)

    def milliseconds(self, share: float) -> float:
        """Within this time the given share of the updates was answered."""
        ordered = sorted(self.seconds)
        return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 1)

    def as_json(self) -> dict[str, Any]:
        """The counts object with the key "rehearsal", as scripts rely on it."""
        return self.counts | {
            "rehearsal": {
                "check_ins": self.recorded,
                "duplicates": self.ledger.told_before,
                "refused": dict(self.ledger.refused),
                "lost": self.lost,
                "per_second": self.per_second,
                "p50_ms": self.milliseconds(0.50),
                "p99_ms": self.milliseconds(0.99),
                "reconciled": self.is_reconciled,
            }
        }

    def show(self, *, as_json: bool) -> None:
        """The result on stdout; what does not agree on stderr."""
        if as_json:
            json.dump(self.as_json(), sys.stdout, ensure_ascii=False, indent=1)
            sys.stdout.write("\n")
        else:
            table = Table(show_header=False)
            for label, value in self._rows():
                table.add_row(label, value)
            Console().print(table, markup=False)
        for problem in self.problems[:MOST_SHOWN]:
            sys.stderr.write(f"{problem}\n")
        if len(self.problems) > MOST_SHOWN:
            sys.stderr.write(f"… (+{len(self.problems) - MOST_SHOWN})\n")

    def _rows(self) -> Iterator[tuple[str, str]]:
        """What a person wants to know, label and value."""
        counts = self.counts
        present = f"{number(counts['attended'])}/{number(counts['obliged'])}"
        yield "Đã học tập", f"{present} ({rate(counts['attended'], counts['obliged'])})"
        yield "Triệu tập", f"{number(counts['summoned'])} tại {counts['venues']} điểm cầu"
        via = counts["via"]
        yield "Tự điểm danh", number(via["self"])
        yield (
            "Cán bộ xác nhận",
            f"{number(via['confirmed'])} (chi bộ), {number(via['clerk'])} (điểm cầu)",
        )
        yield "Đến muộn", number(counts["late"])
        yield "Gửi lại, điểm danh lại", number(self.ledger.told_before)
        yield "Từ chối", number(self.ledger.refused.total())
        yield "Ghi nhận bị mất", number(self.lost)
        yield "Lượt mỗi giây", str(self.per_second).replace(".", ",")
        latency = f"{self.milliseconds(0.5)} ms / {self.milliseconds(0.99)} ms"
        yield "Thời gian trả lời p50 / p99", latency.replace(".", ",")
        yield "Số liệu các cấp", "khớp" if self.is_reconciled else "KHÔNG KHỚP"
