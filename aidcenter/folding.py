"""Text as people type it: one Unicode form, nothing invisible; Azerbaijani letters in their own case."""

import re
import unicodedata

# Bidirectional overrides and isolates, and characters without width that no name needs. ZWNJ and ZWJ
# stay: some scripts are misspelt without them.
INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069]")
SPACES = re.compile(r"\s+")
UNREADABLE = "\ufffd"


def clean(text: str) -> str:
    """`text` in NFC, without invisible characters, with single spaces; "" if nothing visible is left."""
    text = SPACES.sub(" ", INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()
    return text if any(unicodedata.category(letter)[0] != "C" for letter in text) else ""


def az_upper(text: str) -> str:
    """Upper case by Azerbaijani rules: i becomes İ, ı becomes I."""
    return text.replace("i", "İ").replace("ı", "I").upper()


def az_lower(text: str) -> str:
    """Lower case by Azerbaijani rules: I becomes ı, İ becomes i."""
    return text.replace("I", "ı").replace("İ", "i").lower()
