"""What a browser shows of our pages: bubbles, buttons, links – read from the HTML alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Key:
    """A button of a form, with all that pressing it sends."""

    label: str
    action: str
    fields: dict[str, str]


@dataclass
class Bubble:
    """One message of the chat."""

    id: str
    revision: int
    is_own: bool
    text: str = ""
    keys: list[Key] = field(default_factory=list)
    picture: str = ""  # its address
    says: str = ""  # what stands for the picture where it cannot be seen
    file: str = ""  # the address of what can be taken along
    file_name: str = ""


class Page(HTMLParser):
    """One page, read as it stands."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.bubbles: list[Bubble] = []
        self.keys: list[Key] = []
        self.links: dict[str, str] = {}
        self.notice = ""  # what the page says in place of its key
        self._action = ""
        self._hidden: dict[str, str] = {}
        self._key: Key | None = None
        self._bubble: Bubble | None = None
        self._in_text = self._in_notice = False
        self._link: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "li" if "data-id" in given:
                self._bubble = Bubble(
                    given["data-id"], int(given["data-revision"]), given["class"] == "own"
                )
                self.bubbles.append(self._bubble)
            case "p":
                self._in_text = self._bubble is not None
                self._in_notice = given.get("class") == "notice"
            case "form":
                self._action, self._hidden = given["action"], {}
            case "input" if given.get("type") == "hidden":
                self._hidden[given["name"]] = given["value"]
            case "button":
                chosen = {given["name"]: given["value"]} if "name" in given else {}
                self._key = Key("", self._action, {**self._hidden, **chosen})
                self.keys.append(self._key)
                if self._bubble is not None:
                    self._bubble.keys.append(self._key)
            case "a":
                self._link = given.get("href")
                if self._bubble is not None and "download" in given:
                    self._bubble.file, self._bubble.file_name = given["href"], given["download"]
            case "img" if self._bubble is not None:
                self._bubble.picture, self._bubble.says = given["src"], given["alt"]

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "li":
                self._bubble = None
            case "p":
                self._in_text = self._in_notice = False
            case "button":
                self._key = None
            case "a":
                self._link = None

    def handle_data(self, data: str) -> None:
        if self._key is not None:
            self._key.label += data.strip()
        elif self._bubble is not None and self._in_text:
            self._bubble.text += data
        elif self._in_notice:
            self.notice += data
        if self._link is not None and data.strip():
            self.links[data.strip()] = self._link

    def key(self, label: str) -> Key:
        """The newest button of that label."""
        for key in reversed(self.keys):
            if key.label == label:
                return key
        raise AssertionError(f"no button {label!r} among {[key.label for key in self.keys]}")
