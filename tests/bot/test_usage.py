"""A command typed wrongly is answered in the operator's language."""

from __future__ import annotations

import subprocess
import sys


def test_a_wrong_command_is_told_in_vietnamese() -> None:
    process = subprocess.run(
        [sys.executable, "-m", "bot", "counts"], capture_output=True, encoding="utf-8", check=False
    )
    assert process.returncode == 2
    assert "Lệnh chưa đúng" in process.stderr
    assert "Xem cách dùng" in process.stderr
    assert "Try" not in process.stderr
