"""What a person may ask, as buttons and as a messenger's command menu."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from domain.rights import Grant, Role
from handlers.texts import menus as texts
from handlers.texts.sentence import Text
from handlers.turn import Choice

# The English menu has names of its own; both work in both languages.
TWINS = {
    "start": "start",
    "diemdanh": "checkin",
    "toi": "me",
    "chibo": "cell",
    "dem": "count",
    "nhac": "remind",
    "bang": "dashboard",
    "diemcau": "venue",
    "ngonngu": "language",
    "huy": "cancel",
    "trogiup": "help",
}


def buttons(grants: Iterable[Grant], *, may_plan: bool) -> list[list[Choice]]:
    """Nearest first, and nothing that would only be refused."""
    roles = {grant.role for grant in grants}
    rows = [[Choice(texts.CHECK_IN, "diemdanh"), Choice(texts.MY_STATUS, "toi")]]
    if Role.SECRETARY in roles:
        rows.append([Choice(texts.MY_CELL, "chibo")])
    if roles & {Role.CLERK, Role.INSPECTOR}:
        rows.append([Choice(texts.MY_HALL, "diemcau")])
    if Role.COORDINATOR in roles:
        timetable = [Choice(texts.TIMETABLE, "lich")] if may_plan else []
        rows.append([Choice(texts.COUNTS, "dem"), *timetable])
    if roles & {Role.COORDINATOR, Role.SECRETARY}:
        rows.append([Choice(texts.BROADCAST, "nhac"), Choice(texts.DASHBOARD, "bang")])
    return [*rows, [Choice(texts.HELP, "trogiup")]]


_COMMANDS_OF = {
    "dem": {Role.COORDINATOR, Role.SECRETARY},
    "nhac": {Role.COORDINATOR, Role.SECRETARY},
    "bang": {Role.COORDINATOR, Role.SECRETARY},
    "diemcau": {Role.CLERK, Role.INSPECTOR},
    "lich": {Role.COORDINATOR},
    "tamngung": {Role.COORDINATOR},
}
_TO_THE_END = ("ngonngu", "huy", "trogiup")


def commands(grants: Iterable[Grant], *, sees_own_cell: bool, may_plan: bool) -> dict[str, Text]:
    """What this person may type, without what would only be refused."""
    roles = {grant.role for grant in grants}
    known = {**texts.COMMANDS, **texts.COORDINATOR_COMMANDS}
    allowed = {
        name: what
        for name, what in known.items()
        if (name not in _COMMANDS_OF or roles & _COMMANDS_OF[name])
        and (name != "chibo" or sees_own_cell)
        and (name != "lich" or may_plan)
    }
    last = {name: allowed.pop(name) for name in _TO_THE_END}
    return {**allowed, **last}


# /lich and /tamngung are not in it: it is the same for everybody, and a member would only be
# refused. A coordinator's own menu would cost a call for each chat and language, and would have
# to follow every grant, revocation and new phone; their keys and /trogiup show both instead.
def by_language() -> Mapping[str, Sequence[tuple[str, str]]]:
    """The messenger's command menu: (command, what it does), the product's first language first."""
    return {
        "vi": [(name, what.into("vi")) for name, what in texts.COMMANDS.items()],
        "en": [(TWINS[name], what.into("en")) for name, what in texts.COMMANDS.items()],
    }
