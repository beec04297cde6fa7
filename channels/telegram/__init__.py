"""The door to Telegram: one bot of one token is one channel."""

from channels.telegram.channel import Telegram

__all__ = ["Telegram"]
