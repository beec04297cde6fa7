"""What will be sent by itself, as a coordinator sees it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from domain.reminders import Rule
from domain.text import clock, day, number
from handlers.texts.sentence import Text

CHOOSE_CAMPAIGN = Text("Chọn đợt học tập:")
RULES: Mapping[Rule, Text] = {
    Rule.DEADLINE: Text("Nhắc hạn nộp"),
    Rule.INVITATION: Text("Mời dự buổi học"),
    Rule.MAKEUP: Text("Mời học bổ sung"),
    Rule.MORNING: Text("Nhắc sáng ngày học"),
}
NOTHING_AHEAD = Text("không còn lượt gửi nào")
IS_OFF = Text("đang tắt")


def rule_heading(campaign: str) -> Text:
    return Text("Lịch nhắc của {campaign}:", campaign=campaign)


def rule_ahead(rule: Rule, title: str, at: datetime, people: int, cells: int) -> Text:
    return Text(
        "{rule} ({what}): {time}, {day}, {people} người, {cells} chi bộ",
        rule=RULES[rule],
        what=title,
        time=clock(at),
        day=day(at),
        people=number(people),
        cells=number(cells),
    )


def rule_done(rule: Rule) -> Text:
    return Text("{rule}: {state}", rule=RULES[rule], state=NOTHING_AHEAD)


def rule_off(line: Text) -> Text:
    return Text("{line} – {state}", line=line, state=IS_OFF)


def turn_off(rule: Rule) -> Text:
    return Text("Tắt: {rule}", rule=RULES[rule])


def turn_on(rule: Rule) -> Text:
    return Text("Bật: {rule}", rule=RULES[rule])


TURN_OFF = Text("Tắt: Đôn đốc chi bộ")
TURN_ON = Text("Bật: Đôn đốc chi bộ")


def nudges_ahead(at: datetime, people: int, cells: int) -> Text:
    """What the next morning would send, if nothing changed until then."""
    return Text(
        "Đôn đốc chi bộ: {time}, {day}, {people} người, {cells} chi bộ",
        time=clock(at),
        day=day(at),
        people=number(people),
        cells=number(cells),
    )
