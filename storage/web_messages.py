"""The web chat's bubbles. A chat's revision grows with every new or edited one, so pages follow.

Bubbles stand in the order of their revisions: an answer that edits an older bubble is then found
where people look for it, below what they have just typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, func, insert, select, update

from domain.messages import Button, FileKind, Outbound
from storage import web_files
from storage.database import Db, Tx
from storage.schema import accounts, web_messages
from storage.schema import web_files as files
from storage.web_files import WebFile

CHANNEL = "web"
MOST_NEWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class WebMessage:
    """One bubble as it stands."""

    id: int
    revision: int
    is_own: bool  # written by the person, not by the bot
    text: str
    buttons: tuple[tuple[Button, ...], ...]
    at: datetime
    file: WebFile | None


async def exchange(
    tx: Tx,
    chat_id: str,
    external_id: str,
    shown: str | None,
    answers: Sequence[Outbound],
    at: datetime,
    *,
    is_answered: bool = True,
) -> None:
    """Show what the person said and what was answered. The same external id again adds nothing.

    An apology is no answer: when the same is said again, what is answered then stands below it.
    """
    kind = "" if is_answered else "apology/"
    if shown is not None:
        await append_own(tx, chat_id, shown, at, f"{external_id}/own")
    for number, answer in enumerate(answers):
        replaced = answer.replaces if answer.replaces and answer.replaces.isdecimal() else None
        if replaced is None or not await edit(tx, chat_id, int(replaced), answer):
            await append(
                tx, chat_id, replace(answer, dedup_key=f"{external_id}/{kind}{number}"), at
            )


async def append(tx: Tx, chat_id: str, outbound: Outbound, at: datetime) -> int:
    """Show a message of the bot and return its id. The same dedup key again changes nothing."""
    message_id = await _append(
        tx, chat_id, outbound.text, outbound.buttons, at, outbound.dedup_key, False
    )
    if outbound.file is not None:
        await web_files.keep(tx, message_id, outbound.file, at)
    return message_id


async def append_own(tx: Tx, chat_id: str, text: str, at: datetime, dedup_key: str) -> int:
    """Show what the person said. The same dedup key again changes nothing."""
    return await _append(tx, chat_id, text, (), at, dedup_key, True)


async def edit(tx: Tx, chat_id: str, message_id: int, outbound: Outbound) -> bool:
    """Replace text and buttons of a message of the bot; False where the chat has none such.

    What brought a file stays as it is: its words belong to the file.
    """
    revision = await _next_revision(tx, chat_id)
    table = web_messages
    has_file = exists().where(files.c.message_id == message_id)
    is_it = (table.c.id == message_id) & (table.c.chat_id == chat_id) & ~table.c.is_own & ~has_file
    edited = await tx.execute(
        update(table)
        .where(is_it)
        .values(text=outbound.text, buttons=_as_json(outbound.buttons), revision=revision)
    )
    return edited.rowcount == 1


async def since(db: Db, chat_id: str, revision: int) -> list[WebMessage]:
    """What is new or was edited after a revision, in the order of the chat; not all of a long one:
    who has missed more than a page can show opens the chat anew."""
    revisions = web_messages.c.revision
    news = _of(chat_id).where(revisions > revision).order_by(revisions.desc()).limit(MOST_NEWS)
    return (await _list(db, news))[::-1]


async def latest(db: Db, chat_id: str, limit: int, before: int | None = None) -> list[WebMessage]:
    """The newest messages, or the newest before a revision, in the order of the chat."""
    revision = web_messages.c.revision
    query = _of(chat_id).order_by(revision.desc()).limit(limit)
    newest = await _list(db, query if before is None else query.where(revision < before))
    return newest[::-1]


async def _append(
    tx: Tx,
    chat_id: str,
    text: str,
    buttons: tuple[tuple[Button, ...], ...],
    at: datetime,
    dedup_key: str | None,
    is_own: bool,
) -> int:
    revision = await _next_revision(tx, chat_id)
    if dedup_key is not None:
        known = await _find(tx, chat_id, dedup_key)
        if known is not None:
            return known
    added = await tx.execute(
        insert(web_messages)
        .values(
            chat_id=chat_id,
            is_own=is_own,
            text=text,
            buttons=_as_json(buttons),
            revision=revision,
            at=at,
            dedup_key=dedup_key,
        )
        .returning(web_messages.c.id)
    )
    return int(added.scalar_one())


async def _find(db: Db, chat_id: str, dedup_key: str) -> int | None:
    table = web_messages
    found = await db.execute(
        select(table.c.id).where(table.c.chat_id == chat_id, table.c.dedup_key == dedup_key)
    )
    return found.scalar_one_or_none()


async def _next_revision(tx: Tx, chat_id: str) -> int:
    """The chat's next revision. Two writers must not share one, or a page would miss the later:
    the account's row is the chat's lock where there are several (SQLite has one writer anyway)."""
    await tx.execute(
        select(accounts.c.id)
        .where(accounts.c.channel == CHANNEL, accounts.c.chat_id == chat_id)
        .with_for_update(key_share=True)
    )
    highest = await tx.execute(
        select(func.max(web_messages.c.revision)).where(web_messages.c.chat_id == chat_id)
    )
    return (highest.scalar_one() or 0) + 1


def _of(chat_id: str) -> Select[Any]:
    table = web_messages
    columns = (table.c.id, table.c.revision, table.c.is_own, table.c.text, table.c.buttons)
    file = (files.c.id.label("file_id"), files.c.kind, files.c.name, files.c.says)
    return (
        select(*columns, table.c.at, *file)
        .outerjoin(files, files.c.message_id == table.c.id)
        .where(table.c.chat_id == chat_id)
    )


async def _list(db: Db, query: Select[Any]) -> list[WebMessage]:
    return [_message(row) for row in await db.execute(query)]


def _message(row: Row[Any]) -> WebMessage:
    file = row.file_id and WebFile(
        id=row.file_id, kind=FileKind(row.kind), name=row.name, says=row.says
    )
    return WebMessage(
        id=row.id,
        revision=row.revision,
        is_own=row.is_own,
        text=row.text,
        buttons=_from_json(row.buttons),
        at=row.at,
        file=file,
    )


def _as_json(buttons: tuple[tuple[Button, ...], ...]) -> list[list[list[str]]]:
    return [[[button.label, button.command] for button in row] for row in buttons]


def _from_json(rows: Sequence[Sequence[Sequence[str]]]) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(Button(label, command) for label, command in row) for row in rows)
