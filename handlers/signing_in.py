"""/bang: a link that opens the dashboard once, for whoever sees counts."""

from __future__ import annotations

import secrets
from datetime import timedelta

from domain.messages import Outbound
from domain.personal_codes import code_hash
from handlers.texts import signing_in as texts
from handlers.turn import Turn
from storage import audit, sign_in

LINK_LIFE = timedelta(minutes=10)


async def begin(turn: Turn) -> list[Outbound]:
    """Looking at the link uses nothing: messengers look at links before people do."""
    if not any(grant.unit_path for grant in turn.grants):
        return [turn.reply(texts.NOT_FOR_YOU)]
    token = secrets.token_urlsafe(32)
    async with turn.write() as tx:
        expires_at = turn.now + LINK_LIFE
        token_hash = code_hash(turn.house.key, token)
        await sign_in.add_link(tx, turn.member.id, token_hash, turn.now, expires_at)
        await audit.note(tx, turn.member.id, "sign_in_link", f"member {turn.member.id}", turn.now)
    url = f"{turn.house.public_url}/bang/vao/{token}"
    return [turn.reply(texts.link(url, LINK_LIFE), new=True)]
