"""The contents page: every command and dialogue, who may use it, and what answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from domain import codes, personal_codes
from domain.messages import Inbound, Outbound
from domain.people import Person
from domain.text import clean, fold
from handlers import (
    broadcasting,
    cell,
    charts,
    check_in,
    claims,
    common,
    confirming,
    counts,
    digests,
    door,
    handing_out,
    holding,
    nudge_answers,
    papers,
    picking,
    registration,
    reminding,
    reviewing,
    scopes,
    sending,
    settling,
    signing_in,
    start,
    status,
    timetable,
    trials,
)
from handlers.scopes import Need
from handlers.turn import Turn

Handler = Callable[[Turn], Awaitable[list[Outbound]]]
Listener = Callable[[Turn], Awaitable[list[Outbound] | None]]  # None: these words are not for me


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who answers a command, and what its sender needs for it."""

    handler: Handler
    is_for_members: bool = False  # strangers are asked to register first
    need: Callable[[Turn], Awaitable[Need | None]] | None = None  # None answered: nothing there
    is_hot: bool = False  # on the check-in path: roles are looked up only where they matter


def _open(handler: Handler) -> Route:
    return Route(handler=handler)


def _members(handler: Handler) -> Route:
    return Route(handler=handler, is_for_members=True)


def _needing(handler: Handler, need: Callable[[Turn], Awaitable[Need | None]]) -> Route:
    return Route(handler=handler, is_for_members=True, need=need)


ROUTES: Mapping[str, Route] = {
    # everybody, strangers too
    "start": Route(handler=start.start, is_hot=True),
    "diemdanh": Route(handler=check_in.by_digits, is_hot=True),
    "at": Route(handler=check_in.at_venue, is_hot=True),
    "comat": _open(check_in.how),
    "trogiup": _open(common.show_help),
    "ngonngu": _open(common.language),
    "huy": _open(common.stop),
    # becoming known
    "consent": _open(registration.records),
    "foreign": _open(registration.foreign),
    "isme": _open(registration.is_me),
    "register": _open(registration.typed_code),
    "nocode": _open(claims.begin),
    "unit": _open(claims.choose_unit),
    "birthyear": _open(claims.skip_year),
    "contact": _open(claims.by_contact),
    # members
    "toi": _members(status.mine),
    "review": _members(reviewing.ask),
    "mute": _members(reminding.mute),
    "onpaper": _members(papers.say),
    # secretaries
    "chibo": _needing(cell.show, scopes.own_cell),
    "claim": _needing(settling.settle, scopes.claim),
    "claimed": _needing(settling.open_again, scopes.claim),
    "waiting": _needing(settling.show_waiting, settling.need_of_cell),
    "dropall": _needing(settling.drop_all, settling.need_of_cell),
    "devices": _needing(handing_out.settle, handing_out.need_of_member),
    # about a lagging cell, for whoever answers for its people
    "remindall": _needing(nudge_answers.remind_all, nudge_answers.need),
    "inhand": _needing(nudge_answers.ask_papers, nudge_answers.need),
    "copytext": _needing(nudge_answers.copy_text, nudge_answers.need),
    "tomorrow": _needing(nudge_answers.tomorrow, nudge_answers.need),
    # whoever may speak for others
    "list": _needing(picking.begin, picking.need_of_argument),
    "pick": _needing(confirming.pick, picking.need_of_dialogue),
    "page": _needing(picking.page, picking.need_of_dialogue),
    "done": _needing(confirming.done, picking.need_of_dialogue),
    "go": _needing(confirming.go, picking.need_of_dialogue),
    "present": _needing(confirming.one, confirming.need_to_confirm_one),
    "absent": _members(confirming.declined),
    "settle": _needing(reviewing.settle, scopes.review),
    # essays on paper
    "papers": _needing(papers.begin, papers.need_of_cell),
    "handin": _needing(papers.hand_in, papers.need_of_member),
    "notyet": _members(papers.not_yet),
    # halls
    "diemcau": _members(cell.halls),
    "hall": _needing(cell.hall, scopes.hall),
    "door": _needing(door.link, door.need),
    # coordinators
    "bang": _members(signing_in.begin),
    "dem": _members(counts.begin),
    "tally": _needing(counts.show, counts.need),
    "venues": _needing(counts.venues, counts.need),
    "bars": _needing(charts.ask_bars, counts.need),
    "curve": _needing(charts.ask_curve, counts.need),
    "sheet": _needing(charts.ask_sheet, counts.need),
    "lich": _members(timetable.begin),
    "rules": _needing(timetable.show, timetable.need),
    "rule": _needing(timetable.switch, timetable.need),
    # whoever speaks to many
    "nhac": _members(broadcasting.begin),
    "sendfrom": _needing(broadcasting.choose, broadcasting.need),
    "sendbelow": _needing(broadcasting.choose_below, broadcasting.need),
    "sendto": _needing(broadcasting.compose, broadcasting.need),
    "sending": _needing(sending.act, sending.need),
    "tocall": _needing(sending.to_call, broadcasting.need),
    "stuck": _needing(digests.turn_page, digests.need),
    "why": _needing(digests.why, digests.need),
    "untried": _needing(trials.untried, trials.need),
    "tamngung": _members(holding.begin),
    "hold": _needing(holding.hold, holding.need),
    "lift": _needing(holding.lift, holding.need),
}

# Words for a route, in every language of the menu and as people type them without a slash.
ALIASES: Mapping[str, str] = {
    "batdau": "start",
    "checkin": "diemdanh",
    "dd": "diemdanh",
    "diem danh": "diemdanh",
    "co mat": "comat",
    "da co mat": "comat",
    "toi co mat": "comat",
    "toi da co mat": "comat",
    "me": "toi",
    "cua toi": "toi",
    "cell": "chibo",
    "chi bo": "chibo",
    "count": "dem",
    "so lieu": "dem",
    "dashboard": "bang",
    "bang dieu hanh": "bang",
    "remind": "nhac",
    "nhac nho": "nhac",
    "schedule": "lich",
    "lich nhac": "lich",
    "venue": "diemcau",
    "diem cau": "diemcau",
    "tam ngung": "tamngung",
    "tam ngung gui": "tamngung",
    "language": "ngonngu",
    "ngon ngu": "ngonngu",
    "cancel": "huy",
    "dung": "huy",
    "help": "trogiup",
    "tro giup": "trogiup",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """Who listens while a dialogue is open, and what the speaker needs."""

    heard: Listener
    need: Callable[[Turn], Awaitable[Need | None]] | None = None


DIALOGUES: Mapping[str, Dialogue] = {
    registration.NAME: Dialogue(heard=registration.heard),
    claims.NAME: Dialogue(heard=claims.heard),
    settling.NAME: Dialogue(heard=settling.number_heard, need=scopes.claim_of_dialogue),
    nudge_answers.NAME: Dialogue(
        heard=nudge_answers.papers_heard, need=nudge_answers.need_of_dialogue
    ),
    picking.NAME: Dialogue(heard=confirming.heard, need=picking.need_of_dialogue),
    broadcasting.NAME: Dialogue(heard=broadcasting.heard, need=broadcasting.need_of_dialogue),
    reviewing.NAME: Dialogue(heard=reviewing.heard, need=scopes.entry_of_dialogue),
}

NOT_UNDERSTOOD = Route(handler=common.not_understood)
NO_FILES = Route(handler=common.no_files)


def command_of(inbound: Inbound, person: Person) -> tuple[str, str] | None:
    """The command that an inbound means, and its argument; None: words for a dialogue."""
    if inbound.command is not None:
        return _named(inbound.command, inbound.argument)
    if inbound.contact is not None:
        return "contact", ""
    said = clean(inbound.text)
    if person.dialogue and picking.is_answered_by(person.dialogue, said):
        return None
    if codes.typed_digits(said) or (codes.is_slip_of_digits(said) and not _listens(person)):
        return "diemdanh", said
    code = personal_codes.registration_code_in(said)
    if code is not None and (personal_codes.bare(said) == code or not _listens(person)):
        return "register", code
    words = fold(said).strip(" .")
    if words in ALIASES or words in ("start", "toi", "huy"):
        return ALIASES.get(words, words), ""
    return None


def _listens(person: Person) -> bool:
    """Whether an open dialogue may want a number, or words that happen to hold a code."""
    return person.dialogue is not None and person.dialogue.name != registration.NAME


def _named(command: str, argument: str) -> tuple[str, str]:
    """A pressed button's own name first, then the menu's other languages."""
    name = command.lower()
    return (name if name in ROUTES else ALIASES.get(name, name)), argument
