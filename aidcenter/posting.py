"""Posting to somebody else's address, and waiting before it is tried again: what all senders share.

A receiver may commit and hang up, answer with a page, send us elsewhere, or drip: no redirect is followed,
and the whole answer has its time. An address that people of the centre or of a state body have chosen is
looked up first, and what lies in a private network is refused.
"""

import ipaddress
import random
import socket
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

CONNECT_SECONDS = 5
ANSWER_SECONDS = 10  # for the whole answer, however slowly it drips; well below any lease
LONGEST = 64 * 1024
MOST_ADDRESSES = 3  # of one host that are tried
OK, REFUSALS = range(200, 300), range(400, 500)
LATER = (408, 425, 429)  # a refusal of now, not of the message
LONGEST_WAIT = 300  # seconds between tries, with full jitter; and then for ever
DOUBLINGS = 12  # of the wait; more would only make large numbers
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 behind a translator, private addresses too


class NotTaken(Exception):
    """The other side did not take the message; its words carry nothing personal."""


class Private(NotTaken):
    """The address lies in a network that nobody outside may choose."""


def post(
    url: str, headers: Mapping[str, str], body: bytes, *, chosen: bool = False
) -> tuple[int, dict[str, str], bytes]:
    """Post `body`: the status, the headers in lower case, and the answer; raises NotTaken.

    With `chosen` the address is a person's own choice, not the administrator's: it may not be private.
    """
    try:
        parts = urlsplit(url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        with (
            closing(kind(parts.hostname or "", parts.port)) as connection,
            closing(_dial(parts, chosen=chosen)) as line,
            _hung_up_after(ANSWER_SECONDS, line),
        ):
            connection.sock = _encrypted(line, parts)
            target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
            connection.request("POST", target, body, dict(headers))
            answer = connection.getresponse()
            text = answer.read(LONGEST + 1)
    except (OSError, HTTPException, ValueError) as problem:
        raise NotTaken(type(problem).__name__) from None
    if len(text) > LONGEST:
        raise NotTaken("too long")
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text


def _dial(parts: SplitResult, *, chosen: bool) -> socket.socket:
    """A connection to the host; to what was looked up and found public, so that no second answer counts."""
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if not chosen:
        return socket.create_connection((host, port), CONNECT_SECONDS)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(place[0]) for *_, place in found))[:MOST_ADDRESSES]
    check_public(addresses)
    *others, last = addresses
    for address in others:
        try:
            return socket.create_connection((address, port), CONNECT_SECONDS)
        except OSError:
            continue
    return socket.create_connection((last, port), CONNECT_SECONDS)


def check_public(addresses: Iterable[str]) -> None:
    """Raise Private unless every address is public, or in a network of HOOK_NETWORKS."""
    allowed = [ipaddress.ip_network(network) for network in settings.HOOK_NETWORKS]
    for text in addresses:
        address = ipaddress.ip_address(text.partition("%")[0])
        if not any(address in network for network in allowed) and not _is_public(address):
            raise Private("private address")


def addresses_in(url: str) -> list[str]:
    """The address that `url` names without a name server; [] when it names a host."""
    try:
        return [str(ipaddress.ip_address(urlsplit(url).hostname or ""))]
    except ValueError:
        return []


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or address.teredo or address in TRANSLATED
        if inside:
            return False
    return address.is_global and not address.is_multicast


def _encrypted(line: socket.socket, parts: SplitResult) -> socket.socket:
    """The connection as the protocol wants it; `line` itself stays to be hung up."""
    own = line.dup()
    own.settimeout(CONNECT_SECONDS)
    if parts.scheme != "https":
        return own
    try:
        return ssl.create_default_context().wrap_socket(own, server_hostname=parts.hostname)
    except OSError:
        own.close()
        raise


@contextmanager
def _hung_up_after(seconds: float, line: socket.socket) -> Iterator[None]:
    """End the connection then, whatever it is doing: a timeout of the socket begins anew with each byte."""
    timer = Timer(seconds, _hang_up, [line])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many tries: jitter over the whole doubled wait."""
    longest = min(LONGEST_WAIT, 2 ** min(tries, DOUBLINGS))
    return timedelta(seconds=random.uniform(1, longest))  # noqa: S311 - jitter, not a secret
