"""The boxes in which the command line tells its use: their headings in Vietnamese."""

from __future__ import annotations

from typer import rich_utils


def in_vietnamese() -> None:
    """As far as the library lets its words be chosen."""
    rich_utils.ERRORS_PANEL_TITLE = "Lệnh chưa đúng"
    rich_utils.OPTIONS_PANEL_TITLE = "Tùy chọn"
    rich_utils.ARGUMENTS_PANEL_TITLE = "Tham số"
    rich_utils.COMMANDS_PANEL_TITLE = "Các lệnh"
    rich_utils.REQUIRED_LONG_STRING = "[bắt buộc]"
    rich_utils.DEFAULT_STRING = "[mặc định: {}]"
    rich_utils.ABORTED_TEXT = "Đã dừng."
    rich_utils.RICH_HELP = "Xem cách dùng: [blue]{command_path} {help_option}[/]"
