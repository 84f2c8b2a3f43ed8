import pytest
from django.db import connection

@pytest.mark.django_db
def test_web():
    with connection.cursor() as c:
        c.execute("select current_user"); assert c.fetchone()[0] == "aidcenter_web"

@pytest.mark.django_db(transaction=True)
def test_tr():
    with connection.cursor() as c:
        c.execute("select current_user"); assert c.fetchone()[0] == "aidcenter_web"

@pytest.mark.browser
def test_page(page, live_server):
    page.goto("data:text/html,<title>x</title>")
    assert page.title() == "x"
