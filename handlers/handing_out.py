"""Giving a member their registration code, and stopping the phones they have lost."""

from __future__ import annotations

from domain.messages import Outbound
from domain.people import Member
from domain.rights import Right, may
from handlers import picking, scopes
from handlers.picking import Picking
from handlers.scopes import Need
from handlers.texts import common
from handlers.texts import handing_out as texts
from handlers.texts.sentence import Lines
from handlers.turn import Choice, Turn
from storage import audit, devices, invitations, people
from storage.invitations import Invited


async def to_member(turn: Turn, held: Picking, member_id: int) -> list[Outbound]:
    """Show one member's valid code; asking again shows the same. Who has a phone is asked about."""
    async with turn.read() as db:
        member = await people.get_member(db, member_id, turn.now)
        scope = await scopes.of_codes(db, member) if member else None
    if member is None or scope is None:
        return await picking.show(turn, held)
    if not may(Right.LINK, turn.grants, scope, turn.now):
        return await picking.show(turn, held, texts.codes_from_above(member.name_and_year))
    if (question := await _ask(turn, member, held)) is not None:
        await picking.keep(turn, held)
        return [question]
    return await _hand_out(turn, member)


async def _ask(turn: Turn, member: Member, held: Picking | None) -> Outbound | None:
    """Whether the old phones are lost; None where there are none."""
    async with turn.read() as db:
        count = await devices.count(db, member.id)
        serial = await invitations.newest_serial(db, member.id)
    if count == 0:
        return None
    # With the serial, a button of this question stops nothing that came after its answer.
    rows = [
        [Choice(texts.STOP_DEVICES, f"devices {member.id} stop {serial}")],
        [Choice(texts.ONE_MORE_CODE, f"devices {member.id} more")],
        [Choice(common.BACK, f"page {held.page}")] if held else [],
    ]
    text = texts.uses_devices(member.name_and_year, count)
    return picking.answer(turn, held, text, *rows) if held else turn.reply(text, *rows)


# --- the answer ------------------------------------------------------------------------------


async def need_of_member(turn: Turn) -> Need | None:
    """ "devices 77 stop 1": the right over that member's codes."""
    member = await _member(turn)
    if member is None:
        return None
    async with turn.read() as db:
        return Need(Right.LINK, await scopes.of_codes(db, member))


async def settle(turn: Turn) -> list[Outbound]:
    """[Ngừng dùng thiết bị cũ và cấp mã mới] [Cấp thêm mã]"""
    member = await _member(turn)
    if member is None:
        raise LookupError("nobody is named; the route's need would have said so")
    _, what, serial, *_ = [*turn.argument.split(), "", "", ""]
    if what == "more":
        return await _hand_out(turn, member)
    async with turn.write() as tx:
        newest = await invitations.newest_serial(tx, member.id)
        if what != "stop" or scopes.row_id(serial) != newest:
            question = await _ask(turn, member, _in_hand(turn))
            return [question] if question else await _hand_out(turn, member)
        stopped = await devices.stop_all(tx, member.id, turn.now)
        voided = await invitations.revoke_handed_out(tx, member.id, turn.now)
        detail = {"count": stopped, "codes": voided}
        await audit.note(
            tx, turn.member.id, "stop_devices", f"member {member.id}", turn.now, detail
        )
    return await _hand_out(turn, member, stopped, voided)


async def _member(turn: Turn) -> Member | None:
    member_id = scopes.row_id(scopes.first_word(turn.argument))
    async with turn.read() as db:
        return await people.get_member(db, member_id, turn.now) if member_id else None


def _in_hand(turn: Turn) -> Picking | None:
    held = picking.of(turn)
    return held if held and held.purpose == "code" else None


async def _hand_out(
    turn: Turn, member: Member, stopped: int = 0, voided: int = 0
) -> list[Outbound]:
    held = _in_hand(turn)
    place = await scopes.place(turn, held.place, held.session_id) if held else None
    invited = await _invite(turn, member)
    url = f"{turn.house.public_url}/r/{invited.code}"
    shown = f"{invited.code[:4]} {invited.code[4:]}"
    text = Lines(
        texts.devices_stopped(stopped) if stopped else None,
        texts.codes_voided(voided) if voided else None,
        texts.handed_out(member.name_and_year, shown, url),
    )
    rows = [[picking.back(place)]] if place else []
    if held is None:
        return [turn.reply(text, *rows)]
    await picking.put_away(turn)
    return [picking.answer(turn, held, text, *rows)]


async def _invite(turn: Turn, member: Member) -> Invited:
    async with turn.write() as tx:
        row = await invitations.row_of(tx, member.id, turn.now)
        [invited], _ = await invitations.invite(tx, turn.house.key, [row], turn.now)
        await audit.note(tx, turn.member.id, invitations.HAND_OUT, f"member {member.id}", turn.now)
    return invited
