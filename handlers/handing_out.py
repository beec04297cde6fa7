"""Giving a member their registration code."""

from __future__ import annotations

from domain.messages import Outbound
from handlers import picking, scopes, texts
from handlers.picking import Picking
from handlers.turn import Turn
from storage import audit, invitations


async def to_member(turn: Turn, held: Picking, member_id: int) -> list[Outbound]:
    """Show one member's valid code; asking again shows the same."""
    place = await scopes.place(turn, held.place, held.session_id)
    async with turn.write() as tx:
        row = await invitations.row_of(tx, member_id, turn.now)
        if row is None:
            return await picking.show(turn, held)
        [invited], _ = await invitations.invite(tx, turn.house.key, [row], turn.now)
        await audit.note(tx, turn.member.id, "hand_out", f"member {member_id}", turn.now)
    await picking.put_away(turn)
    url = f"{turn.house.public_url}/r/{invited.code}"
    shown = f"{invited.code[:4]} {invited.code[4:]}"
    rows = [[picking.back(place)]] if place else []
    return [picking.answer(turn, held, texts.handed_out(invited.name, shown, url), *rows)]
