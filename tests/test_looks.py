"""The looks themselves: they meet every pair, and each of their checks finds what it is for."""

from itertools import combinations, product

import pytest

from tests.pages import checks
from tests.pages.choice import Choice
from tests.pages.eyes import FACTORS

STATES = ("filled", "unfolded", "menu", "errors", "covered")


def taken(addresses, looks):
    """The looks that are chosen for so many addresses."""
    choice, found = Choice(), []
    for address in range(addresses):
        for _ in range(looks):
            look = choice.next(f"/{address}/", FACTORS)
            look["state"] = choice.rarest(look, "state", STATES)
            choice.took(look)
            found.append(look)
    return found


def test_each_pair_of_values_is_looked_at():
    seen = {pair for look in taken(12, 5) for pair in combinations(list(look.items())[1:], 2)}
    every = [[(name, value) for value in values] for name, values in (FACTORS | {"state": STATES}).items()]
    wanted = {pair for one, other in combinations(every, 2) for pair in product(one, other)}
    assert wanted - seen == set()


def test_each_address_is_seen_in_each_value():
    looks = taken(12, 5)
    for name, values in (FACTORS | {"state": STATES}).items():
        for address in range(12):
            assert {look[name] for look in looks if look["address"] == f"/{address}/"} == set(values)


PAGE = """<!doctype html><html lang="en"><head><title>A page</title><style>
header {{ position: sticky; top: 0; height: 3rem; background: #fff; }} :focus-visible {{ outline: 3px solid #00f; }}
html {{ scroll-padding-top: 4rem; }} {css}</style></head>
<body><header><a href="/">Home</a></header><main><h1>A page</h1><button>Press</button>{html}</main></body></html>"""
BAD = {
    "axe": ("", '<img src="data:,">', "image-alt"),
    "width": ("", '<div style="width: 3000px; height: 1rem"></div>', "wider than the screen"),
    "shift": ("", "<p>text</p>", "moved by"),
    "focus": ("button:focus-visible { outline: 0; }", "", "not marked"),
    "links": ("", '<a href="">nowhere</a>', "leads nowhere"),
}


@pytest.mark.browser
@pytest.mark.parametrize("name", BAD)
def test_a_check_finds_what_it_is_for_and_nothing_else(page, name):
    check = getattr(checks, name)
    page.set_content(PAGE.format(css="", html=""))
    assert check(page) == []
    css, html, words = BAD[name]
    page.set_content(PAGE.format(css=css, html=html))
    if name == "shift":
        page.wait_for_timeout(600)  # what moves within half a second of a resized window counts as asked for
        page.evaluate("document.querySelector('h1').style.marginTop = '20rem'")
        page.wait_for_timeout(300)
    found = check(page)
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.browser
def test_a_field_under_something_is_found(page):
    over = ".over { position: fixed; inset: 0; background: #fff; }"
    page.set_content(PAGE.format(css=over, html='<div class="over"></div>'))
    assert [one.split(":")[0] for one in checks.focus(page)] == ["covered", "covered"]
