"""What this machine cannot run is left out and named at the end; under CI=true nothing may be.

A test that needs a browser is marked `browser`, one that needs PostgreSQL `postgres`.
"""

import os
import shutil
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest

IS_CI = os.environ.get("CI") == "true"

_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_CHROMIUM_FILES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)


def chromium() -> str | None:
    """Where this machine keeps its Chromium or Chrome, to be driven by playwright."""
    on_path = (shutil.which(name) for name in _CHROMIUM_NAMES)
    elsewhere = (path for path in _CHROMIUM_FILES if Path(path).exists())
    return next((path for path in (*on_path, *elsewhere) if path), None)


def postgres() -> str | None:
    """The address of a PostgreSQL server whose databases the tests may create and drop."""
    return os.environ.get("DIEMDANH_TEST_POSTGRES")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = {}
    if chromium() is None:
        missing["browser"] = "needs a browser (Debian, Ubuntu: apt install chromium)"
    if postgres() is None:
        missing["postgres"] = "needs a PostgreSQL server (its address in DIEMDANH_TEST_POSTGRES)"
    for item in items:
        for mark, reason in missing.items():
            if item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=reason))


# Outermost, since it is the skipping plugin's own wrapper that turns an expected failure
# into a "skipped" with `wasxfail`.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if IS_CI and report.skipped and not hasattr(report, "wasxfail"):
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if IS_CI and report.skipped:
        _fail(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", ()))
    if not left_out:
        return
    terminalreporter.section("left out on this machine", yellow=True)
    for reason, count in left_out.most_common():
        terminalreporter.line(f"{count} left out: {reason}")


def _fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    report.longrepr = f"left out, which CI=true forbids: {_reason(report)}"
    report.outcome = "failed"


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The reason given to skip(), without pytest's prefix, file and line."""
    match report.longrepr:
        case (_, _, str(reason)):
            return reason.removeprefix("Skipped: ")
        case other:
            return str(other)
