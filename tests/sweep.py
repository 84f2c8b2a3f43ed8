"""Looks for words in bytes, in each of fourteen encodings that software likes to write."""

import base64
import html
import json
import quopri
from urllib.parse import quote


def encodings(word: str) -> dict[str, bytes]:
    """`word` as it would stand in a file, by the name of the encoding."""
    plain = word.encode()
    escaped = json.dumps(word)[1:-1]
    found = {
        "utf-8": plain,
        "utf-16-le": word.encode("utf-16-le"),
        "utf-16-be": word.encode("utf-16-be"),
        "json": escaped.encode(),
        "JSON": escaped.replace("\\u", "\0").upper().replace("\0", "\\u").encode(),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "percent": quote(word).encode(),
        "percent lower": quote(word).lower().encode(),
        "quoted-printable": quopri.encodestring(plain),
        "entities": "".join(letter if letter.isascii() else f"&#{ord(letter)};" for letter in word).encode(),
    }
    # base64 writes three bytes as four letters: what surrounds the word decides how it looks.
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + plain)
        found[f"base64 at {offset}"] = text[4 if offset else 0 : -4]
    assert html.unescape(found["entities"].decode()) == word
    return found


def sweep(name: str, content: bytes, words: list[str]) -> list[str]:
    """Where in `content` (called `name`) a word stands, and in which encoding."""
    return [
        f"{name}: {word} as {encoding}"
        for word in words
        for encoding, looked_for in encodings(word).items()
        if looked_for in content
    ]
