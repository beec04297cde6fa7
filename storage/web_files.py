"""Files that stand in the web chat; kept for a week, and shown in their own chat only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from domain.messages import File, FileKind
from storage.database import Db, Tx
from storage.schema import web_files, web_messages

KEPT = timedelta(days=7)  # the figures can be asked for again, and are newer then
FORGOTTEN_AT_ONCE = 200  # a megabyte each at most


@dataclass(frozen=True, slots=True, kw_only=True)
class WebFile:
    """What a bubble shows of its file."""

    id: int
    kind: FileKind
    name: str
    says: str


async def keep(tx: Tx, message_id: int, file: File, now: datetime) -> None:
    """The file of a new message."""
    await tx.execute(
        insert(web_files).values(
            message_id=message_id,
            kind=file.kind,
            name=file.name,
            media_type=file.media_type,
            says=file.says,
            content=file.content,
            at=now,
        )
    )


async def get(db: Db, chat_id: str, file_id: int, now: datetime) -> File | None:
    """A file of this chat; None for any other's, and for what is too old."""
    row = (
        await db.execute(
            select(web_files)
            .join(web_messages, web_messages.c.id == web_files.c.message_id)
            .where(
                web_files.c.id == file_id,
                web_messages.c.chat_id == chat_id,
                web_files.c.at > now - KEPT,
            )
        )
    ).first()
    if row is None:
        return None
    return File(
        kind=FileKind(row.kind),
        name=row.name,
        media_type=row.media_type,
        says=row.says,
        content=row.content,
    )


async def forget(tx: Tx, now: datetime) -> bool:
    """Drop some of what is too old; whether there may be more."""
    old = select(web_files.c.id).where(web_files.c.at <= now - KEPT).limit(FORGOTTEN_AT_ONCE)
    dropped = await tx.execute(delete(web_files).where(web_files.c.id.in_(old)))
    return dropped.rowcount == FORGOTTEN_AT_ONCE
