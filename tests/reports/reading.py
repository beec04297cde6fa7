"""What a printed page says, by the way a reader copies its words out."""

from __future__ import annotations

import re
import zlib


def texts(pdf: bytes) -> list[list[str]]:
    """The words of each page, by the way a reader copies them out."""
    streams = [_unpacked(pdf, match.end()) for match in re.finditer(rb"(?<!end)stream\r?\n", pdf)]
    fonts = [_letters(stream) for stream in streams if b"beginbfchar" in stream]
    pages = [stream for stream in streams if b" Tj" in stream]
    return [list(_words(page, fonts)) for page in pages]


def _unpacked(pdf: bytes, start: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(pdf[start:])
    except zlib.error:
        return pdf[start : pdf.index(b"endstream", start)]


def _letters(stream: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", stream)
    return {
        int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs
    }


def _words(page: bytes, fonts: list[dict[int, str]]) -> list[str]:
    words, font = [], fonts[0]
    for match in re.finditer(rb"/F(\d) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", page, re.DOTALL):
        if match[1]:
            font = fonts[int(match[1]) - 1]
            continue
        raw = re.sub(
            rb"\\(.)",
            lambda m: {b"r": b"\r", b"n": b"\n"}.get(m[1], m[1]),
            match[2],
            flags=re.DOTALL,
        )
        codes = [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]
        words.append("".join(font[code] for code in codes))
    return words
