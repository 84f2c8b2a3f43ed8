"""How many bytes a page takes, over a server that sends what production's sends: hashed and compressed files."""

import gzip
import threading

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import QuietWSGIRequestHandler

import aidcenter.settings as real
from tests.pages.eyes import FULL
from tests.test_pages import PAGES, fill

FIRST, AFTER = 150_000, 15_000  # bytes with their headers, over the wire


@pytest.fixture
def deployed(settings, tmp_path, cast):
    """The address of a server with the static files that `collectstatic` makes."""
    settings.STATIC_ROOT, settings.STORAGES = tmp_path, real.STORAGES
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    call_command("collectstatic", interactive=False, verbosity=0)
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(WSGIHandler())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Scales:
    """Adds up what the browser receives over the network."""

    def __init__(self, page):
        self.page, self.received = page, 0
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.on("Network.loadingFinished", self.add)

    def add(self, event):
        self.received += int(event["encodedDataLength"])

    def weigh(self, address):
        """The bytes that `address` takes to load."""
        before = self.received
        self.page.goto(address, wait_until="networkidle" if before == 0 else "load")
        return self.received - before


def be(page, host, client):
    """The browser goes on as whoever signed in with `client`."""
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": host}])


@pytest.mark.browser
@pytest.mark.looks
@pytest.mark.django_db(transaction=True)
def test_a_page_is_light(page, deployed, cast, child_case, open_case, sign_in, settings, record_property):
    for _ in range(25):
        open_case({"given_name": "Aytən", "family_name": "Rzayeva", "birth_year": 1985})
    ids = fill(cast, child_case, open_case, settings) if FULL else {"case": child_case.pk}
    asked = PAGES if FULL else {"worker": ("/cases/", "/cases/{case}/", "/cases/new/")}
    scales = Scales(page)
    be(page, deployed, sign_in(cast.worker))
    first = scales.weigh(f"{deployed}/")
    after = {}
    for who, paths in asked.items():
        be(page, deployed, sign_in(getattr(cast, who.replace("-", "_"))))
        for path in paths:
            after[path] = scales.weigh(deployed + path.format(**ids))
    heaviest = sorted(((taken, path) for path, taken in after.items()), reverse=True)
    record_property("weight", f"first {first}, after at most {heaviest[:3]} bytes")
    assert (first > AFTER, first <= FIRST, [one for one in heaviest if one[0] > AFTER]) == (True, True, [])


def test_a_page_is_compressed_and_a_file_or_an_answer_of_the_api_is_not(sign_in, cast, adult_case):
    client = sign_in(cast.worker)
    asked = {"accept-encoding": "gzip"}
    page = client.get("/", headers=asked)
    assert (page["Content-Encoding"], "</html>" in gzip.decompress(page.content).decode()) == ("gzip", True)
    assert "Content-Encoding" not in client.get("/")
    assert "Content-Encoding" not in client.get("/me/api/openapi.json", headers=asked)


def test_the_length_of_a_compressed_page_tells_nothing(client):
    """The same page has many lengths, so that a guess put into it cannot be told by how much it adds."""
    lengths = {
        len(client.get("/accounts/login/", headers={"accept-encoding": "gzip"}).content) for _ in range(20)
    }
    assert len(lengths) > 5
