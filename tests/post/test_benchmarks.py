"""Small versions of what the benchmarks show, so that it stays true."""

from __future__ import annotations

import sys
from subprocess import run

import pytest

from benchmarks import delivery, sixty_days


async def test_replies_beside_a_broadcast_at_the_allowed_rate() -> None:
    """A reply waits for a moment only, hardly anything of the rate is lost, nothing is refused."""
    run = await delivery.broadcast_and_replies(300, 30, questions=20)
    assert run.refused == 0
    assert run.states == {"sent": 321}
    assert run.share >= 0.85  # on a busy machine; the benchmark's figure is above 0.95
    assert run.p50 < 1.0


async def test_silence_that_was_asked_for_is_kept() -> None:
    """Not one request, and nobody hears anything twice."""
    pause = await delivery.throttled(60, 60, retry_after=2)
    assert (pause.requests, pause.attempts) == (0, 1)
    assert pause.copies == {1: 60}


async def test_killed_in_the_middle_of_a_broadcast() -> None:
    """Nobody is lost; who heard it twice is known."""
    kills = await delivery.killed(200, 60, kills=3)
    assert kills.lost == kills.unseen == 0
    assert kills.repeated <= kills.in_flight


async def test_a_life_of_each_kind() -> None:
    """The figures count what the lives of the other tests go through."""
    for life in (sixty_days.reminded, sixty_days.nudged):
        lived = await sixty_days.live(life, 1)
        assert lived.lives == 1
        assert lived.ticks > lived.doubled > 0
        assert lived.heard > 0


@pytest.mark.parametrize("module", ["benchmarks", "benchmarks.check_in", "benchmarks.delivery"])
def test_asking_for_help_measures_nothing(module: str) -> None:
    """Whoever asks wants to know what there is, not to wait for all of it."""
    asked = run(
        [sys.executable, "-m", module, "--help"], capture_output=True, text=True, timeout=30
    )
    assert asked.returncode == 0
    assert asked.stdout.startswith(f"usage: python -m {module}")


def test_a_figure_that_is_not_measured_is_refused() -> None:
    """With the names that there are."""
    line = [sys.executable, "-m", "benchmarks.delivery", "--small", "kill"]
    asked = run(line, capture_output=True, text=True, timeout=30)
    assert asked.returncode == 2
    assert "no kill; there are replies, throttled, killed" in asked.stderr
