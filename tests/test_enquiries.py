"""Enquiries that become no case: kept without identity, read by who takes them."""

import pytest
from django.db import Error, connection, transaction

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from cases import enquiries
from cases.models import Enquiry

pytestmark = pytest.mark.django_db
ASKED = {
    "asked_on": f"{baku_today()}",
    "source": "hotline",
    "needs": ["legal"],
    "answer": "told of the office hours",
}


def test_who_keeps_and_reads_them(cast, sign_in):
    found = {who: sign_in(getattr(cast, who)).post("/cases/enquiries/", ASKED).status_code
             for who in ("worker", "supervisor", "director", "administrator", "nasimi_guardianship")}  # fmt: skip
    assert found == {
        "worker": 302,
        "supervisor": 302,
        "director": 403,
        "administrator": 403,
        "nasimi_guardianship": 403,
    }
    shown = sign_in(cast.stranger).get("/cases/enquiries/").content.decode()
    assert shown.count("told of the office hours") == 2
    counts = {}
    for who in ("worker", "director", "administrator", "nasimi_guardianship"):
        with acting_as(getattr(cast, who).pk):
            counts[who] = Enquiry.objects.count()
    assert counts == {"worker": 2, "director": 2, "administrator": 0, "nasimi_guardianship": 0}


@pytest.mark.parametrize("answer", ["call +994 50 123 45 67", "her FIN is 5XK2P9A", "write to a@b.az"])
def test_what_tells_who_it_was_is_refused(cast, sign_in, answer):
    shown = sign_in(cast.worker).post("/cases/enquiries/", ASKED | {"answer": answer}).content.decode()
    assert ("Leave out numbers" in shown, Enquiry.objects.count()) == (True, 0)


@pytest.mark.parametrize(
    "wrong", [{"needs": []}, {"source": ""}, {"asked_on": "2999-01-01"}, {"asked_on": "x"}]
)
def test_what_is_missing_is_said(cast, sign_in, wrong):
    shown = sign_in(cast.worker).post("/cases/enquiries/", ASKED | wrong).content.decode()
    assert ("error-summary" in shown, Enquiry.objects.count()) == (True, 0)


def test_the_answer_is_unreadable_at_rest_and_stays(cast, sign_in):
    sign_in(cast.worker).post("/cases/enquiries/", ASKED)
    row = Enquiry.objects.get()
    assert ("office" in row.answer, enquiries.answer_of(row)) == (False, "told of the office hours")
    for statement in ("DELETE FROM cases_enquiry", "UPDATE cases_enquiry SET source = 'self'"):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
