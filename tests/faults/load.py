"""Children and adults are registered as from browsers, each form sent until it is answered, some twice."""

import http.client
import random
import re
import threading
import time
from contextlib import closing
from queue import Empty, Queue
from urllib.parse import urlencode

from tests.faults.centre import Centre

CHILD = {"estimated_age": "12", "age_basis": "declared", "district": "nasimi"}
ADULT = {"birth_year": "1990", "district": "nasimi"}
CLIENTS = 3
TIMEOUT = 60
TWICE = 0.2  # of the forms are sent again though they were answered
PATIENCE = 300  # seconds for one person


class Load:
    """The people still to be registered, and what the web answered."""

    def __init__(self, centre: Centre, children: int, adults: int, seed: int) -> None:
        self.centre = centre
        everybody = [True] * children + [False] * adults
        random.Random(seed).shuffle(everybody)
        self.waiting: Queue[bool] = Queue()
        for child in everybody:
            self.waiting.put(child)
        self.cases: dict[str, bool] = {}  # by the address that the web gave: whether it is a child
        self.violations: list[str] = []
        self.seconds_between = 0.0
        self._threads = [threading.Thread(target=self._register_all, daemon=True) for _ in range(CLIENTS)]

    def start(self, seconds: float) -> None:
        """Register everybody, spread over about so many seconds."""
        self.seconds_between = seconds * CLIENTS / max(1, self.waiting.qsize())
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Until everybody is registered."""
        for thread in self._threads:
            thread.join()

    def _register_all(self) -> None:
        while True:
            try:
                child = self.waiting.get_nowait()
            except Empty:
                return
            began = time.monotonic()
            self._register(child)
            time.sleep(max(0.0, self.seconds_between - (time.monotonic() - began)))

    def _register(self, child: bool) -> None:
        deadline = time.monotonic() + PATIENCE
        form = token = ""
        while not form:
            status, headers, text = self._ask("GET", "/cases/new/", deadline)
            form = next(iter(re.findall(r'name="key" value="([^"]+)"', text)), "") if status == 200 else ""
            token = next(iter(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)), "")
        secret = re.findall(r"csrftoken=([^;]+)", headers.get("set-cookie", ""))[0]
        said = {**(CHILD if child else ADULT), "key": form, "csrfmiddlewaretoken": token}
        if child:
            said["child_understood"] = "presumed_child"
        for _ in range(1 + (random.random() < TWICE)):
            status, headers, text = self._ask("POST", "/cases/new/", deadline, said, secret)
            if status != 302:
                self.violations.append(f"a form was answered with {status}")
                return
            self.cases[headers["location"]] = child

    def _ask(self, method: str, path: str, deadline: float, said=None, secret: str = ""):
        """The first answer that is one: not 503, not a broken connection."""
        headers = {"Cookie": f"{self.centre.cookie}; csrftoken={secret}" if secret else self.centre.cookie}
        if said:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        while time.monotonic() < deadline:
            try:
                connection = http.client.HTTPConnection(
                    "127.0.0.1", self.centre.ports["web"], timeout=TIMEOUT
                )
                with closing(connection):
                    connection.request(method, path, urlencode(said) if said else None, headers)
                    answer = connection.getresponse()
                    text = answer.read().decode()
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
                continue
            found = {name.lower(): value for name, value in answer.getheaders()}
            found["set-cookie"] = "; ".join(answer.headers.get_all("set-cookie") or [])
            if answer.status < 500:
                return answer.status, found, text
            if answer.status != 503 or "retry-after" not in found:
                self.violations.append(f"{method} {path} was answered with {answer.status}")
            time.sleep(0.2)
        self.violations.append(f"{method} {path} was not answered for {PATIENCE} s")
        raise SystemExit
