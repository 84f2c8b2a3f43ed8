"""The catalogue of services and the directory of providers: who edits, who fits, who is told."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aidcenter import codelists
from aidcenter.context import acting_as
from cases import providers
from cases.actions import register_victim
from cases.models import Consent, Provider
from rehabilitation import bookings, catalogue
from rehabilitation.actions import Facts, record_service
from rehabilitation.models import Booking, CatalogueEdition, Service, ServiceType
from tests.cast import say, twice
from tests.plans import TODAY
from tests.test_consent import given

pytestmark = pytest.mark.django_db

LIST, NEW = "/cases/providers/", "/cases/providers/new/"
SAID = {
    "name": "Clinic 5", "kind": "clinic", "service_types": ["medical"], "districts": [], "languages": [],
    "contact": "012 000 00 00", "may_be_told": "name to use, and the complaint",
    "active_from": TODAY - timedelta(days=30), "active_until": None,
}  # fmt: skip


def provider(cast, **said):
    """A provider that the supervisor keeps."""
    with acting_as(cast.supervisor.pk):
        return providers.keep(Provider(), SAID | said, by=cast.supervisor)


def offer_services(administrator):
    """The first catalogue again, where a test that committed has emptied the tables."""
    if catalogue.types():
        return
    rows = json.loads((codelists.DATA / "service_types.json").read_text(encoding="utf-8"))
    with acting_as(administrator.pk):
        catalogue.edit({row["code"]: row | {"active_until": None} for row in rows}, by=administrator)


def status(sign_in, cast, path, *who):
    return {name: sign_in(getattr(cast, name)).get(path).status_code for name in who}


def test_who_reads_and_who_edits(cast, sign_in):
    roles = ("administrator", "supervisor", "worker", "director", "nasimi_guardianship")
    assert status(sign_in, cast, LIST, *roles) == dict(zip(roles, (200, 200, 200, 403, 403), strict=True))
    assert status(sign_in, cast, NEW, *roles) == dict(zip(roles, (200, 200, 403, 403, 403), strict=True))
    said = SAID | {"active_from": f"{TODAY}", "active_until": ""}
    client = sign_in(cast.administrator)
    assert client.post(NEW, said).status_code == 302
    row = Provider.objects.get()
    assert client.post(f"{LIST}{row.pk}/", said | {"name": "Clinic 6"}).status_code == 302
    assert "Clinic 6" in sign_in(cast.worker).get(LIST).content.decode()
    for wrong in ({"active_until": f"{TODAY - timedelta(days=1)}"}, {"service_types": []}, {"kind": "spy"}):
        assert client.post(NEW, said | {"name": "Clinic 7"} | wrong).status_code == 200
    assert client.post(NEW, said | {"name": "Clinic 6"}).status_code == 200
    assert Provider.objects.count() == 1


def test_the_database_lets_only_them_write(cast):
    provider(cast)
    for who, done in ((cast.worker, 0), (cast.supervisor, 1)):
        with acting_as(who.pk), connection.cursor() as cursor:
            cursor.execute("UPDATE cases_provider SET contact = 'x'")
            assert cursor.rowcount == done
    with acting_as(cast.worker.pk), pytest.raises(PermissionDenied):
        providers.keep(Provider(), SAID, by=cast.worker)
    with acting_as(cast.worker.pk), connection.cursor() as cursor:
        cursor.execute("UPDATE rehabilitation_servicetype SET label_az = 'x'")
        assert cursor.rowcount == 0


def test_the_list_asks_the_same_for_1_and_3(cast, sign_in):
    client, counts = sign_in(cast.worker), []
    for names in (("a",), ("b", "c")):
        for name in names:
            provider(cast, name=name)
        client.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ({}, True),
        ({"service_types": ["legal"]}, False),
        ({"districts": ["nasimi"]}, True),
        ({"districts": ["ganja"]}, False),
        ({"languages": ["aze", "rus"]}, True),
        ({"languages": ["kat"]}, False),
        ({"active_until": TODAY - timedelta(days=1)}, False),
        ({"active_until": TODAY}, True),
        ({"active_from": TODAY + timedelta(days=1)}, False),
    ],
)
def test_who_fits_by_type_district_language_and_day(cast, open_case, said, fits):
    case = open_case({"birth_year": 1990, "languages": ["aze"]})
    assert providers.fitting(case, TODAY, "medical").contains(provider(cast, **said)) is fits


def test_what_has_ended_is_recorded_for_the_days_before(cast, sign_in):
    ends = TODAY - timedelta(days=1)
    with acting_as(cast.administrator.pk):
        ServiceType.objects.filter(pk="legal").update(active_until=ends)
    case = register_victim(say(), by=cast.worker, opened_on=TODAY - timedelta(days=9), reason="late")
    client, path = sign_in(cast.worker), f"/services/case/{case.pk}/"
    said = {"type": "legal", "quantity": "1"}
    assert client.post(path, said | {"delivered_on": f"{TODAY}"}).status_code == 200
    assert client.post(path, said | {"delivered_on": f"{ends}"}).status_code == 302
    assert 'value="legal"' not in client.get(f"{path}book/").content.decode()


def test_without_a_language_of_the_person_all_are_offered(cast, adult_case, sign_in):
    row = provider(cast, languages=["kat"])
    assert providers.fitting(adult_case, TODAY, "medical").contains(row) is True
    page = sign_in(cast.worker).get(f"/services/case/{adult_case.pk}/?type=medical").content.decode()
    other = sign_in(cast.worker).get(f"/services/case/{adult_case.pk}/?type=legal").content.decode()
    assert (str(row.pk) in page, str(row.pk) in other) == (True, False)


def test_one_outside_needs_consent_or_a_reason(cast, adult_case):
    outside, own = provider(cast), provider(cast, name="Our doctor", kind="own")

    def record(**facts):
        return record_service(
            adult_case, service_type="medical", delivered_on=TODAY, by=cast.worker, facts=Facts(**facts)
        )

    with pytest.raises(ValidationError, match="provider_why"):
        record(provider=outside)
    assert record(provider=own).provider == own
    assert record(provider=outside, provider_why="unconscious").provider_why == "unconscious"
    given(adult_case, cast.worker, ("share_provider", "clinic 5"))
    assert record(provider=outside).provider_why in ("", None)


def test_the_database_refuses_one_that_has_ended(cast, adult_case):
    ended = provider(cast, active_until=TODAY - timedelta(days=1))
    with pytest.raises(Error, match="does not belong"), transaction.atomic():
        Service.objects.create(
            case=adult_case, type="medical", delivered_on=TODAY, recorded_by=cast.worker, provider=ended
        )
    with pytest.raises(ValidationError, match="'provider'"):
        record_service(
            adult_case,
            service_type="medical",
            delivered_on=TODAY,
            by=cast.worker,
            facts=Facts(provider=ended, provider_why="x"),
        )


def catalogue_post(**of_legal):
    """What the form of the catalogue sends, with `of_legal` in the row of legal assistance."""
    said = {}
    for row in catalogue.types():
        values = {name: getattr(row, name) for name in catalogue.FIELDS} | (
            of_legal if row.code == "legal" else {}
        )
        said |= {f"{row.code}-{name}": "" if value is None else f"{value}" for name, value in values.items()}
    return said


def test_the_administrator_edits_the_catalogue(cast, sign_in, adult_case):
    path = "/services/catalogue/"
    roles = ("administrator", "supervisor", "worker")
    assert status(sign_in, cast, path, *roles) == dict(zip(roles, (200, 403, 403), strict=True))
    assert [row.code for row in catalogue.types()] == codelists.codes("service_type")
    before = record_service(adult_case, service_type="legal", delivered_on=TODAY, by=cast.worker)
    client, ends = sign_in(cast.administrator), TODAY - timedelta(days=1)
    assert client.post(path, catalogue_post(minutes="0")).status_code == 200
    assert client.post(path, catalogue_post(active_until="2004-01-01")).status_code == 200
    said = catalogue_post(active_until=f"{ends}", label_en="Lawyer's help")
    facts = {fact.label: (fact.before, fact.after) for fact in client.post(path, said).context["shown"].facts}
    name = "Legal assistance · Name in English"
    assert (len(facts), facts[name]) == (2, ("Legal assistance", "Lawyer's help"))
    assert ServiceType.objects.get(pk="legal").active_until is None
    assert "It says just that already" in client.post(path, catalogue_post()).content.decode()
    assert twice(client, path, said).status_code == 302
    first = CatalogueEdition.objects.get(made_by=None)
    again = client.get(f"{path}?again={first.pk}").context["found"]
    assert next(form.initial for form in again if form.prefix == "legal")["active_until"] is None
    for who, said in ((cast.supervisor, {"made_by": cast.supervisor}), (cast.administrator, {})):
        with acting_as(who.pk), pytest.raises(Error), transaction.atomic():
            CatalogueEdition.objects.create(said={}, **said)
    assert ServiceType.objects.get(pk="legal").active_until == ends
    form = sign_in(cast.worker).get(f"/services/case/{adult_case.pk}/").content.decode()
    assert 'value="legal"' not in form
    with pytest.raises(ValidationError, match="'type'"):
        record_service(adult_case, service_type="legal", delivered_on=TODAY, by=cast.worker)
    assert "Lawyer&#x27;s help" in sign_in(cast.worker).get(f"/services/{before.pk}/").content.decode()
    assert before.unit == "hour"


def test_with_the_consent_ends_what_was_still_to_be_given_on_it(cast, adult_case):
    clinic, own = provider(cast), provider(cast, name="Our doctor", kind="own")
    (consent,) = given(adult_case, cast.worker, ("share_provider", clinic.name))
    when = bookings.When(timezone.now() + timedelta(days=2))

    def booked(hours, **facts):
        moment = when._replace(starts_at=when.starts_at + timedelta(hours=hours))
        facts = Facts(**facts, given_by=cast.worker)
        return bookings.book(adult_case, moment, service_type="medical", by=cast.worker, facts=facts)[0]

    rows = {
        "on it": booked(0, provider=clinic),
        "with a reason": booked(3, provider=clinic, provider_why="She asked by phone"),
        "our own": booked(6, provider=own),
    }
    done = record_service(
        adult_case, service_type="medical", delivered_on=TODAY, by=cast.worker, facts=Facts(provider=clinic)
    )
    Consent.objects.filter(pk=consent.pk).update(withdrawn_on=TODAY)
    states = {name: Service.objects.get(pk=row.pk).state for name, row in rows.items()}
    assert states == {"on it": "cancelled", "with a reason": "booked", "our own": "booked"}
    assert (done.consent, Service.objects.get(pk=done.pk).state) == (consent, "delivered")
    on_it = Service.objects.get(pk=rows["on it"].pk)
    assert Booking.objects.held().filter(pk=on_it.booking_id).count() == 0


def test_a_type_that_came_later_stands_in_the_history(cast, sign_in):
    with acting_as(cast.administrator.pk):
        CatalogueEdition.objects.create(said={})
    client = sign_in(cast.administrator)
    assert twice(client, "/services/catalogue/", catalogue_post(label_en="Lawyer's help")).status_code == 302
    past = client.get("/services/catalogue/").context["past"]
    assert [len(edition.facts) > 1 for edition in past] == [True, False]
