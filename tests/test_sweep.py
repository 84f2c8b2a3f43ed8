"""Nothing personal lies anywhere: a demo centre is used, then everything that it wrote is searched."""

import http.cookiejar
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from aidcenter.embedded.binaries import runnable_postgres
from aidcenter.embedded.home import servers_dir, service_account
from aidcenter.embedded.postgres import Postgres
from tests.sweep import encodings, sweep
from tests.test_start import demo, free_port, running_in

CANARIES = {
    "given_name": "Zərnişanxanım", "family_name": "Qızılquşovalı", "father_name": "Bəhmənyaroğlu",
    "name_to_use": "Kəpənəkçiçək", "safe_contact": "yalnız bazar ertəsi axşamüstü", "phone_number": "507654321",
}  # fmt: skip


class Browser:
    """Just enough of one: cookies, and forms with their tokens."""

    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}"
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )

    def get(self, path):
        return self.opener.open(self.base + path, timeout=20).read().decode()

    def post(self, path, page, **said):
        tokens = dict(re.findall(r'name="(csrfmiddlewaretoken|key)" value="([^"]*)"', self.get(page)))
        body = urllib.parse.urlencode(tokens | said).encode()
        return self.opener.open(self.base + path, body, timeout=20).read().decode()


def use(port):
    """Register the child with every canary, badly and well; open, list, search, change, fail."""
    browser = Browser(port)
    browser.post("/demo/sign-in/", "/accounts/login/", person="caseworker-1")
    said = {name: word for name, word in CANARIES.items() if name != "phone_number"}
    said |= {"phone_0": "AZ", "phone_1": CANARIES["phone_number"], "phone": CANARIES["phone_number"]}
    browser.post("/cases/new/", "/cases/new/", **said, estimated_age="x" * 50, district="nasimi")
    page = browser.post(
        "/cases/new/", "/cases/new/", **said, estimated_age="14", sex="female", district="nasimi",
        child_understood="presumed_child",
    )  # fmt: skip
    assert CANARIES["given_name"] in page  # the control: the case page shows the name
    for path in ("/cases/?names=show", "/", f"/cases/?state={urllib.parse.quote(CANARIES['given_name'])}"):
        browser.get(path)
    with pytest.raises(urllib.error.HTTPError):
        browser.get(f"/{urllib.parse.quote(CANARIES['given_name'])}/")
    browser.post("/accounts/logout/", "/")
    browser.post(
        "/accounts/login/",
        "/accounts/login/",
        login=CANARIES["family_name"],
        password=CANARIES["father_name"],
    )


def dumped(home):
    """What the backup login's pg_dump writes."""
    place = servers_dir(home, service_account())
    postgres = Postgres(place, home / "logs" / "none.log")
    program = runnable_postgres(place, service_account()) / "pg_dump"
    address = f"host={postgres.sockets} user=aidcenter_backup dbname=aidcenter"
    done = subprocess.run(
        [program, "--exclude-schema=private", address], capture_output=True, check=True,
        env=os.environ | {"PGPASSWORD": postgres.passwords["aidcenter_backup"]},
    )  # fmt: skip
    return done.stdout


def written(home):
    """(name, content) of every file that the centre has written, PostgreSQL's and Valkey's own included."""
    for top in {home, servers_dir(home, service_account())}:
        for path in top.rglob("*"):
            if path.is_file() and not path.is_socket() and "programs" not in path.parts:
                yield str(path.relative_to(top)), path.read_bytes()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_nothing_personal_lies_anywhere(tmp_path):
    home, port = tmp_path / "home", free_port()
    words = list(CANARIES.values())
    with demo(home, port, PYTHONDONTWRITEBYTECODE="1"):
        use(port)
        end = time.monotonic() + 20
        while len(list((home / "mail").glob("*.eml"))) < 2 and time.monotonic() < end:
            time.sleep(0.2)  # the bells ring
        everything = [
            ("pg_dump", dumped(home)),
            ("processes", "".join(running_in(home)).encode()),
            *written(home),
        ]
    found = [place for name, content in everything for place in sweep(name, content, words)]
    assert found == []
    names = [name for name, _ in everything]
    assert any(name.endswith("web.log") for name in names)
    assert any(name.startswith("mail/") for name in names)
    assert b"cases_victim" in everything[0][1]


@pytest.mark.parametrize("encoding", encodings("Zərnişanxanım"))
def test_a_planted_canary_is_found(encoding):
    word = "Zərnişanxanım"
    content = b"something " + encodings(word)[encoding] + b" else"
    assert f"a file: {word} as {encoding}" in sweep("a file", content, [word])


def test_there_are_fourteen_encodings():
    assert len(encodings("ə")) == 14
