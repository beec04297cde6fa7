"""One person's chat with the bot, as it looks on that person's phone."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

PATIENCE = 20.0  # seconds that somebody waits for an answer

Update = dict[str, Any]
Deliver = Callable[["Chat", Update], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message as it stood when it came, or when it was edited."""

    message_id: int
    text: str
    buttons: tuple[tuple[tuple[str, str], ...], ...] = ()  # rows of (label, callback_data)
    asks_contact: str | None = None  # the label of the key that shares one's number
    file: str | None = None  # "photo" | "document"
    file_name: str = ""
    content: bytes = field(default=b"", repr=False)  # of the file
    is_edit: bool = False
    in_response: bool = False  # came in a hook's response

    @property
    def labels(self) -> list[str]:
        return [label for row in self.buttons for label, _ in row]

    def as_content(self) -> dict[str, Any]:
        """What a message of the Bot API holds of it: words below a file are a caption."""
        if self.file is None:
            return {"text": self.text}
        file = {"file_id": f"f{self.message_id}", "file_unique_id": f"u{self.message_id}"}
        if self.file == "photo":
            return {"caption": self.text, "photo": [{**file, "width": 1080, "height": 1350}]}
        return {"caption": self.text, "document": {**file, "file_name": self.file_name}}

    def data_of(self, label: str) -> str | None:
        found = (data for row in self.buttons for name, data in row if name == label)
        return next(found, None)


NOTHING = Heard(message_id=0, text="")


class Silence(AssertionError):
    """The bot did not answer in time."""


@dataclass(slots=True)
class Chat:
    """What a person does, and all that the bot said, in order.

    Every act waits until the bot has answered it and returns the answer (`answers=0` does not
    wait); `hears` waits for what comes besides.
    """

    chat_id: int
    first_name: str
    deliver: Deliver
    language: str | None = "vi"
    kind: str = "private"  # | "group" | "supergroup"
    speaker_id: int = 0  # who types in a group
    is_blocked: bool = False
    heard: list[Heard] = field(default_factory=list)
    messages: dict[int, Heard] = field(default_factory=dict)  # as they stand now
    last_update: Update | None = None
    _next_id: int = 1
    _seen: int = 0
    _waiting: list[tuple[int, asyncio.Future[None]]] = field(default_factory=list)

    @property
    def last(self) -> Heard:
        return self.heard[-1]

    @property
    def texts(self) -> list[str]:
        """All that was heard, edits included, in order."""
        return [heard.text for heard in self.heard]

    async def types(self, text: str, *, answers: int = 1) -> Heard:
        message = self._message(text=text)
        if text.startswith("/"):
            length = len(text.split(maxsplit=1)[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return await self._does({"message": message}, answers)

    async def opens(self, link: str, *, answers: int = 1) -> Heard:
        """Follow a deep link: "c-…" or "/start c-…"."""
        return await self.types(f"/start {link.removeprefix('/start').strip()}", answers=answers)

    async def presses(self, label: str, *, on: Heard | None = None, answers: int = 1) -> Heard:
        """Press the newest button of that label, or the one on a certain message."""
        message, data = self._button(label, on)
        press = {
            "id": f"{self.chat_id}-{time.monotonic_ns()}",
            "from": self._person(),
            "chat_instance": str(self.chat_id),
            "data": data,
            "message": {
                "message_id": message.message_id,
                "date": int(time.time()),
                "chat": self._chat(),
                **message.as_content(),
            },
        }
        return await self._does({"callback_query": press}, answers)

    async def shares_contact(self, phone: str, *, own: bool = True, answers: int = 1) -> Heard:
        """Share one's own number, or forward somebody else's card."""
        owner = self._person()["id"] + (0 if own else 1)
        card = {"phone_number": phone, "first_name": self.first_name, "user_id": owner}
        return await self._does({"message": self._message(contact=card)}, answers)

    async def sends_photo(self, caption: str = "", *, answers: int = 1) -> Heard:
        sizes = [
            {"file_id": f"p{side}", "file_unique_id": f"u{side}", "width": side, "height": side}
            for side in (90, 1280)
        ]
        return await self._does({"message": self._message(photo=sizes, caption=caption)}, answers)

    async def sends_document(self, name: str, caption: str = "", *, answers: int = 1) -> Heard:
        file = {"file_id": "d1", "file_unique_id": "u1", "file_name": name, "file_size": 1000}
        message = self._message(document=file, caption=caption)
        return await self._does({"message": message}, answers)

    async def edits_own(self, text: str) -> None:
        """Correct what was typed before: bots are told, ours takes no notice."""
        await self._does({"edited_message": self._message(text=text, edit_date=1)}, 0)

    async def redelivers(self, *, answers: int = 1) -> Heard:
        """Telegram delivers the last update a second time."""
        if self.last_update is None:
            raise AssertionError("nothing was delivered yet")
        return await self._does(self.last_update, answers)

    async def hears(self, count: int = 1, within: float = PATIENCE) -> Heard:
        """The last of the next `count` messages or edits that were not awaited yet."""
        goal = self._seen + count
        if len(self.heard) < goal:
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.append((goal, waiter))
            try:
                await asyncio.wait_for(waiter, within)
            except TimeoutError:
                got = len(self.heard) - self._seen
                raise Silence(f"{got} of {count} answers within {within:g} s") from None
            finally:
                self._waiting.remove((goal, waiter))
        self._seen = goal
        return self.heard[goal - 1]

    def new_id(self) -> int:
        self._next_id += 1
        return self._next_id - 1

    def hear(self, heard: Heard) -> None:
        """The bot's message arrives."""
        self.messages[heard.message_id] = heard
        self.heard.append(heard)
        for goal, waiter in self._waiting:
            if len(self.heard) >= goal and not waiter.done():
                waiter.set_result(None)

    def as_chat(self) -> dict[str, Any]:
        return self._chat()

    async def _does(self, update: Update, answers: int) -> Heard:
        self._seen = len(self.heard)
        self.last_update = update
        self.deliver(self, update)
        return await self.hears(answers) if answers else NOTHING

    def _button(self, label: str, on: Heard | None) -> tuple[Heard, str]:
        places = [on] if on else reversed(self.messages.values())
        for message in places:
            data = message.data_of(label)
            if data is not None:
                return message, data
        shown = self.heard[-1].labels if self.heard else []
        raise AssertionError(f"no button {label!r}; the last message has {shown}")

    def _message(self, **content: Any) -> dict[str, Any]:
        return {
            "message_id": self.new_id(),
            "date": int(time.time()),
            "chat": self._chat(),
            "from": self._person(),
            **{name: value for name, value in content.items() if value != ""},
        }

    def _chat(self) -> dict[str, Any]:
        name = "first_name" if self.kind == "private" else "title"
        return {"id": self.chat_id, "type": self.kind, name: self.first_name}

    def _person(self) -> dict[str, Any]:
        person = {
            "id": self.speaker_id or self.chat_id,
            "is_bot": False,
            "first_name": self.first_name,
        }
        return {**person, "language_code": self.language} if self.language else person
