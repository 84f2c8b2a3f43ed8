"""What nobody should send, to every address, as several roles: never a 5xx, never another's case."""

import os
import re
import uuid
from pathlib import Path

import pytest
from django.test import Client

from tests.attack.by_web import addresses
from tests.attack.words import known_at

pytestmark = pytest.mark.django_db
FULL = os.environ.get("ATTACK") == "full"
# Who opens what, by the table that tests/test_rules.py holds true: one person of the cast for each address.
PEOPLE = {
    "caseworker": "worker",
    "supervisor": "supervisor",
    "commission_member": "nasimi_guardianship",
    "administrator": "administrator",
    "auditor": "auditor",
    "director": "director",
    "house": "house",
    "accountant": "accountant",
    "partner": "partner",
}
OPENS = {
    path: next(PEOPLE[role] for role in PEOPLE if role in roles.split())
    for path, _, roles in (
        line.partition(": ")
        for line in (Path(__file__).parent / "golden" / "urls.txt").read_text().splitlines()
    )
}
NAME = "Zərifə Qaraxanova"
SLUGS = [
    "note",
    "assessment",
    "people",
    "consent",
    "proceeding",
    "disclosure",
    "reflection",
]  # drafts, kinds of records

IDS = [
    "00000000-0000-0000-0000-000000000000",
    str(uuid.uuid1()),
    str(uuid.uuid4()).upper(),
    f"{{{uuid.uuid4()}}}",
    f"urn:uuid:{uuid.uuid4()}",
    uuid.uuid4().hex,
    "0",
    "-1",
    "1e400",
    str(2**63),
    str(10**30),
    "٣",
    "%00",
    "%ff",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "%252e%252e",
    "x;y=1",
    "x" * 5000,
    "[]",
    "null",
    "1 ",
]
FEW = 3
VALID_IDS = 2  # the first of them look like those of rows, and reach the views
NUMBERS = ["-1", "0", "abc", "1e9", "1e400", str(2**63), str(2**63 - 1), "٣", "NaN", "", " ", "[]"]
TEXTS = ["\x00", "a\x00b", "\ud800".encode("utf-8", "surrogatepass"), "\u202e", "../../etc/passwd", "<script>", "x" * 100_000]  # fmt: skip
QUERIES = {
    "page": [*NUMBERS, "last"],
    "before": NUMBERS,
    "person": [*NUMBERS, "__class__"],
    "case": [*IDS[:9], "nonsense"],
    "day": ["0000-00-00", "9999-99-99", "0001-01-01", "9999-12-31", "2023-02-29", "-1"],
    "year": [*NUMBERS, "0000", "9999", "10000"],
    "state": ["__class__", "open'--", "x" * 5000],
    "corrects": IDS,
    "sort": ["victim__family_name", "-victim__birth_date", "__class__", "?", "pk,pk", "x" * 5000],
    "events": ["__class__", "\x00", "x" * 5000],
    "start": NUMBERS,
    "quiet": NUMBERS,
    "whose": ["__class__"],
    "span": ["__class__", "\x00"],
    "of": ["__class__", "\x00", "person-", "room-\u0663", "person-1e400", f"person-{2**63}"],
    "key": [*NUMBERS, "\x00", "x" * 5000, "%ff"],
    "waiting": ["__class__", "\x00"],
    "risk": ["__class__", "x" * 5000],
    "next": ["//evil.example/", "javascript:alert(1)", "http://evil.example"],
}
FIELDS = {
    "to": [*NUMBERS, "1"],
    "until": QUERIES["day"],
    "sections": ["nonsense", "legal'--", "\x00"],
    "person": NUMBERS,
    "successor": NUMBERS,
    "verdict": ["maybe", "\x00"],
    "answer": ["maybe", *TEXTS],
    "same": ["maybe"],
    "code": ["\x00", "٣٣٣٣٣٣", "x" * 5000],
    "q": [*TEXTS, "%", "_", "AC-2026-" + "9" * 100, "+" * 200, "0" * 200, "a " * 100],
    "text": [*TEXTS, "AC-2026-" + "9" * 100, "0" * 200, "a b 1990 " * 20],
    "state": ["", "closed'--", "__class__"],
    "reason": TEXTS,
    "birth_date": ["0000-00-00", "29.02.2023", "9999-12-31", "about 16", "\x00"],
    "birth_year": NUMBERS,
    "estimated_age": [*NUMBERS, "999"],
    "district": ["nowhere", "\x00"],
    "type": ["nothing", "\x00"],
    "delivered_on": QUERIES["day"],
    "owner": ["1"],
    "child_status": ["adult"],
    "is_superuser": ["1"],
    "kind": ["murmur", "\x00"],
    "section": ["legal", "nonsense"],
    "severity": ["worst"],
    "happened_at": ["9999-99-99T99:99", "0001-01-01T00:00", "\x00"],
    "outcome": ["", "nonsense", "\x00"],
    "step": ["", "nonsense", "\x00"],
    "corrects": IDS[:6],
    "replaces": ["", *IDS[:6], "\x00"],
    "danger": TEXTS,
    "house": NUMBERS,
    "room": NUMBERS,
    "starts_at": ["9999-99-99T99:99", "0001-01-01T00:00", "9999-12-31T23:59", "\x00"],
    "minutes": NUMBERS,
    "act": ["", "nonsense", "\x00"],
    "bed": TEXTS,
    "deputy": NUMBERS,
    "first_day": QUERIES["day"],
    "begins": ["25:00", "\x00", "-1"],
    "psychologist": NUMBERS,
    "seen": ["", "nonsense", "\x00"],
    "status": ["", "nonsense", "\x00"],
    "then": ["", "nonsense", "open"],
    "given_on": QUERIES["day"],
    "next_hearing": ["9999-99-99T99:99", "0001-01-01T00:00", "\x00"],
    "claimed": [*NUMBERS, "1e30", "1.005"],
    "approved_by": NUMBERS,
    "day": IDS[:6],
    "assessed_on": QUERIES["day"],
    "asked_on": QUERIES["day"],
    "individual_risk": ["worst", "\x00"],
    "form-TOTAL_FORMS": NUMBERS,
    "file": TEXTS,
    "title": TEXTS,
    "purposes": ["nonsense", "\x00"],
    "roles": ["nonsense", "services"],
    "days": NUMBERS,
    "name": TEXTS,
    "case": IDS[:4],
    "with_names": ["maybe", "\x00"],
    "key": ["", "nonsense", "\x00", *IDS[:3]],
}
BODIES = [
    ("application/json", b'{"a": 1'),
    ("application/json", b'{"a": 1, "a": 2}'),
    ("application/json", b"[" * 10_000),
    ("application/json", b"NaN"),
    ("application/xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'),
    ("text/csv", b"a;b"),
    ("application/x-www-form-urlencoded", b"reason=%ff"),
    ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % n for n in range(1000))),
    ("application/x-www-form-urlencoded; charset=evil", b"reason=1"),
    ("application/x-www-form-urlencoded; charset=utf-16", b"reason=1"),
    ("multipart/form-data", b"--x\r\n"),
    ("multipart/form-data; boundary=", b"--x\r\n"),
    ("multipart/form-data; boundary=\x00", b"--x\r\n"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="reason"\r\n\r\n1'),
    ("multipart/form-data; boundary=x", b"--x--\r\n"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"; filename*=evil\'\'%ff\r\n\r\n1\r\n--x--\r\n'),
    ("nonsense", b"\xff\xfe"),
]  # fmt: skip
HEADERS = [
    {"host": "evil.example"},
    {"x-forwarded-host": "evil.example", "x-forwarded-for": "nonsense", "x-forwarded-proto": "gopher"},
    {"accept-language": "../../etc/passwd"},
    {"accept-language": "az-Cyrl;q=nonsense"},
    {"hx-request": "true", "hx-target": "<script>", "hx-current-url": "//evil.example"},
    {"hx-request": "true", "hx-history-restore-request": "true"},
    {"cookie": "sessionid=../../../etc/passwd; csrftoken=\x7f"},
    {"cookie": "sessionid=" + "x" * 5000},
    {"if-match": "*", "if-modified-since": "nonsense", "range": "bytes=5-1"},
    {"accept": "application/json", "content-encoding": "gzip"},
    {"x-http-method-override": "DELETE"},
]


@pytest.fixture
def case(cast, open_case):
    """A case of the worker that the others of the cast must not see, and one to work with."""
    return open_case({"given_name": NAME.split()[0], "family_name": NAME.split()[1], "birth_year": 1990})


@pytest.fixture
def browsers(cast, case, sign_in):
    """One browser per person, in which an error is an answer and not an exception."""
    found = {who: sign_in(getattr(cast, who)) for who in {*OPENS.values(), "stranger"}}
    for client in found.values():
        client.raise_request_exception = False
    return found


def asked(browsers, value, *others):
    """(who, browser, address): every address with `value` as its id, for who opens it, and for `others`."""
    for path, opener in OPENS.items():
        for slug in SLUGS if "<slug" in path else [""]:
            address = re.sub(r"<slug:\w+>", slug, path)
            address = re.sub(r"<[^>]+>", lambda _: value, address)
            for who in (opener, *others):
                yield who, browsers[who], address


def tried(browsers, case, name, values):
    """(who, browser, address, values) where the views know the word `name`; with ATTACK=full, everywhere one."""
    for number, (who, browser, path) in enumerate(asked(browsers, str(case.pk))):
        known = name in known_at(path)
        if known or FULL:
            yield who, browser, path, some(values, number) if known else values[:1]


def some(values, number):
    """All of `values`; in the short form three, others at the next address."""
    if FULL or len(values) <= FEW:
        return values
    return [values[(FEW * number + each) % len(values)] for each in range(FEW)]


def judge(answers):
    """Those that are 5xx, or show the name to somebody who has no case."""
    return [
        (who, what, answer.status_code)
        for who, what, answer in answers
        if answer.status_code >= 500
        or (who not in ("worker", "supervisor") and NAME.split()[0].encode() in answer.content)
    ]


def test_every_address_is_asked():
    assert {f"/{template}" for template in addresses()} <= OPENS.keys()


def test_ids_that_are_none(browsers):
    assert (
        judge(
            (who, (method, path), getattr(client, method)(path))
            for turn, value in enumerate(IDS)
            for number, (who, client, path) in enumerate(asked(browsers, value))
            if value in path and (FULL or turn < VALID_IDS or (turn + number) % 3 == 0)
            for method in ("get", "post")
        )
        == []
    )


@pytest.mark.parametrize("name", QUERIES)
def test_queries(browsers, case, name):
    assert (
        judge(
            (who, (path, name, value), client.get(path, {name: value}))
            for who, client, path, values in tried(browsers, case, name, QUERIES[name])
            for value in values
        )
        == []
    )


def test_a_parameter_said_twice(browsers, case):
    assert (
        judge(
            (who, path, client.get(f"{path}?state=open&state=all&page=1&page=2&case=&case=x"))
            for who, client, path in asked(browsers, str(case.pk), "stranger")
        )
        == []
    )


@pytest.mark.parametrize("name", FIELDS)
def test_fields(browsers, case, name):
    assert (
        judge(
            (who, (path, name, value[:40]), client.post(path, {name: value}))
            for who, client, path, values in tried(browsers, case, name, FIELDS[name])
            for value in values
        )
        == []
    )


def test_bodies(browsers, case):
    assert (
        judge(
            (who, (path, kind, body[:20]), client.generic("POST", path, body, content_type=kind))
            for number, (who, client, path) in enumerate(asked(browsers, str(case.pk)))
            for kind, body in some(BODIES, number)
        )
        == []
    )


def test_headers(browsers, case):
    assert (
        judge(
            (who, (path, headers), client.get(path, headers=headers))
            for number, (who, client, path) in enumerate(asked(browsers, str(case.pk), "stranger"))
            for headers in some(HEADERS, number)
        )
        == []
    )


@pytest.mark.parametrize(
    "path",
    ["/.git/config", "/static/../aidcenter/settings.py", "/static/%2e%2e/manage.py", "/media/", "/metrics", "/debug/",
     "/admin/", "/./cases/", "/cases/%00/", "/cases/%ff/", "/api/", "/schema/", "/cases;x=1/", "/" + "x" * 9000],
)  # fmt: skip
def test_addresses_that_are_none(browsers, path):
    clients = {"nobody": Client(raise_request_exception=False), **browsers}
    found = {who: client.get(path).status_code for who, client in clients.items()}
    assert set(found.values()) <= {301, 302, 400, 401, 404}


def test_a_5xx_would_be_seen(browsers, case, monkeypatch):
    """The control: a view that fails is found."""

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("cases.search.find", fail)
    answers = [("worker", "q", browsers["worker"].post("/cases/find/", {"q": "x"}))]
    assert judge(answers) == [("worker", "q", 500)]
