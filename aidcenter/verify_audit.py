"""Checks the sealed record of who looked. Standard library only: this file runs alone, on a dump.

    python3 verify_audit.py DUMP [WITNESS]

DUMP is what `pg_dump` writes (plain format) or any file with the two COPY blocks; WITNESS is the file of
heads that the relay keeps (`<number> <hash>` a line), kept elsewhere: without it a record that was cut
at its end, or recomputed as a whole, cannot be told from a true one.

Each event is a leaf; a block seals the events of a range of transactions with the root of their Merkle
tree and the hash of the block before it.
"""

import hashlib
import json
import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path

EVENTS, BLOCKS = "aidcenter_auditevent", "aidcenter_auditblock"
EVENT_COLUMNS = ("id", "at", "actor_id", "action", "case_id", "ids", "facts", "request_id", "xid")
BLOCK_COLUMNS = ("number", "since_id", "from_xid", "until_xid", "events", "root", "previous", "hash")
NOTHING = "0" * 64  # the hash before the first block
ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}

Row = dict[str, str | None]


def leaf(event: Row) -> bytes:
    """The hash of an event, from the text that PostgreSQL gives for each column (the time in any zone)."""
    said = [_moment(event[name]) if name == "at" else event[name] for name in EVENT_COLUMNS]
    return hashlib.sha256(b"\0" + json.dumps(said, ensure_ascii=True).encode()).digest()


def _moment(text: str | None) -> int:
    """Microseconds since 1970 of a timestamp such as `2026-11-24 08:12:00.5+04`."""
    zone = re.sub(r"([+-]\d\d)$", r"\1:00", text or "")
    whole, dot, rest = zone.partition(".")
    if dot:
        digits = re.match(r"\d+", rest)
        parts = digits.group() if digits else ""
        zone = f"{whole}.{parts:0<6}{rest[len(parts) :]}"
    moment = datetime.fromisoformat(zone)
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def root_of(leaves: Sequence[bytes]) -> str:
    """The root of the Merkle tree over `leaves`, in hex."""
    level = list(leaves)
    while len(level) > 1:
        pairs = [level[place : place + 2] for place in range(0, len(level), 2)]
        level = [hashlib.sha256(b"\1" + b"".join(pair)).digest() for pair in pairs]
    return level[0].hex() if level else NOTHING


def hash_of(block: Row) -> str:
    """The hash of a block over everything that it says."""
    said = [block[name] for name in BLOCK_COLUMNS[:-1]]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def verify(events: Iterable[Row], blocks: Iterable[Row], witness: Iterable[str] = ()) -> list[str]:
    """What is wrong, a sentence each; nothing when the record is as it was sealed."""
    chain = sorted(blocks, key=lambda block: _n(block["number"]))
    index, sealed = _Index(chain), dict[str, list[Row]]()
    loose = []
    for event in sorted(events, key=lambda row: _n(row["id"])):
        number = index.block_of(event)
        if number:
            sealed.setdefault(number, []).append(event)
        elif chain and _n(event["xid"]) < _n(chain[-1]["until_xid"]):  # else it is newer than the last block
            loose.append(event["id"])
    found = [f"event {name} lies where blocks were sealed, and in none of them" for name in loose]
    return found + list(_broken(chain, sealed)) + list(_unwitnessed(chain, witness))


def _n(text: str | None) -> int:
    return int(text or 0)


class _Index:
    """Finds the block of an event: first the stretch by its id, then the block by its transaction."""

    def __init__(self, chain: list[Row]) -> None:
        self.stretches: dict[int, list[Row]] = {}
        for block in chain:
            self.stretches.setdefault(_n(block["since_id"]), []).append(block)
        self.since = sorted(self.stretches)
        self.until = {
            since: [_n(block["until_xid"]) for block in blocks] for since, blocks in self.stretches.items()
        }

    def block_of(self, event: Row) -> str | None:
        """The number of the block that sealed `event`; None when none did."""
        stretch = bisect_right(self.since, _n(event["id"])) - 1
        if stretch < 0:
            return None
        since = self.since[stretch]
        place = bisect_right(self.until[since], _n(event["xid"]))
        if place == len(self.until[since]):
            return None
        block = self.stretches[since][place]
        return block["number"] if _n(block["from_xid"]) <= _n(event["xid"]) else None


def _broken(chain: list[Row], sealed: dict[str, list[Row]]) -> Iterator[str]:
    before: Row = {"number": "0", "hash": NOTHING}
    for last, block in pairwise([before, *chain]):
        number = block["number"]
        if _n(number) != _n(last["number"]) + 1:
            yield f"the block before block {number} is missing"
        if block["previous"] != last["hash"]:
            yield f"block {number} does not follow the one before it"
        if block["hash"] != hash_of(block):
            yield f"block {number} was changed"
        events = sealed.get(number or "", [])
        if str(len(events)) != block["events"]:
            yield f"block {number} sealed {block['events']} events, and {len(events)} are there"
        elif root_of([leaf(event) for event in events]) != block["root"]:
            yield f"an event of block {number} was changed"


def _unwitnessed(chain: list[Row], witness: Iterable[str]) -> Iterator[str]:
    hashes = {block["number"]: block["hash"] for block in chain}
    for line in witness:
        number, _, seen = line.strip().partition(" ")
        if number and hashes.get(number) != seen:
            state = "is missing" if number not in hashes else "is another than the witness saw"
            yield f"block {number} {state}"


def read_dump(lines: Iterable[str]) -> dict[str, list[Row]]:
    """The rows of both tables in a plain dump, each column as PostgreSQL writes it."""
    found: dict[str, list[Row]] = {EVENTS: [], BLOCKS: []}
    rows: list[Row] | None = None
    columns: list[str] = []
    for line in lines:
        text = line.rstrip("\n")
        if start := re.match(r"COPY (?:public\.)?(\w+) \((.*)\) FROM stdin;", text):
            rows = found.get(start.group(1))
            columns = [name.strip().strip('"') for name in start.group(2).split(",")]
        elif text == "\\.":
            rows = None
        elif rows is not None:
            rows.append(dict(zip(columns, map(_unescape, text.split("\t")), strict=True)))
    return found


def _unescape(text: str) -> str | None:
    if text == "\\N":
        return None
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found.group(1), found.group(1)), text)


def main(arguments: list[str]) -> int:
    """0 when the dump's record is whole, 1 when it was tampered with, 2 without a dump."""
    if not arguments:
        print(__doc__)
        return 2
    with Path(arguments[0]).open(encoding="utf-8") as lines:
        tables = read_dump(lines)
    witness = Path(arguments[1]).read_text().splitlines() if arguments[1:] else []
    found = verify(tables[EVENTS], tables[BLOCKS], witness)
    for sentence in found:
        print(sentence)
    sealed = f"{len(tables[EVENTS])} events, {len(tables[BLOCKS])} blocks"
    print(f"{sealed}: {'tampered with' if found else 'whole'}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
