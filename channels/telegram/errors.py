"""What an error of Telegram's means to delivery.

Order matters: in python-telegram-bot BadRequest is a NetworkError.
"""

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from channels.telegram.http import NotSent, Pause, Refused
from domain.messages import (
    Away,
    RecipientGone,
    Rejected,
    SendError,
    Throttled,
    Unavailable,
    Uncertain,
)

_GONE = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "input_user_deactivated",
    "peer_id_invalid",
    "group chat was deleted",
)


def translate(error: TelegramError) -> SendError:
    """The one word of the error tree for it.

    A 5xx in Telegram's own envelope means that it did not do it: Unavailable. A 5xx of a gateway,
    a lost connection, an answer that cannot be read: the message may be there, Uncertain.
    """
    match error:
        case Pause():
            return Throttled(error.seconds)
        case Forbidden():
            return RecipientGone(error.message)
        case ChatMigrated():  # a group that became a supergroup is another chat to us
            return RecipientGone("the group has become another chat")
        case BadRequest():
            is_gone = any(sign in error.message.lower() for sign in _GONE)
            return RecipientGone(error.message) if is_gone else Rejected(error.message)
        case InvalidToken():
            return Away("Telegram does not know the bot's token")
        case NotSent():
            return Away(error.message)
        case Conflict() | Refused():
            return Unavailable(error.message)
        case _:
            return Uncertain(error.message)


def is_unmodified(error: TelegramError) -> bool:
    """An edit that changes nothing has reached its end."""
    return isinstance(error, BadRequest) and "message is not modified" in error.message.lower()
