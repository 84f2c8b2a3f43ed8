"""Services: the states, what the database guarantees, delivered in two clicks, series, groups."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aidcenter import codelists
from aidcenter.context import acting_as
from aidcenter.duties import at_start_of
from cases import care_team, notes
from cases.actions import register_victim
from cases.models import Note
from rehabilitation import bookings, groups, shell
from rehabilitation.actions import Facts, record_service
from rehabilitation.bookings import When, book
from rehabilitation.models import GroupSession, Progress, Service
from tests.cast import say
from tests.plans import TODAY, approved, goal_of
from tests.test_closing import closed

pytestmark = pytest.mark.django_db

TOMORROW = timezone.now() + timedelta(days=1)
NOON = at_start_of(TODAY) + timedelta(hours=12)


def booked(case, by, starts_at=NOON, service_type="documents", **facts):
    """A booked service, given by `by` unless somebody else is named."""
    facts = Facts(**{"given_by": by} | facts)
    return book(case, When(starts_at), service_type=service_type, by=by, facts=facts)[0]


def plan_one(case, by, state="planned"):
    return book(case, When(NOON, state), service_type="documents", by=by)[0]


def sql(statement, *values):
    """Whether the database refuses the statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except Error as error:
        return str(error).partition("\n")[0]
    return ""


def status(sign_in, cast, path, who=("stranger", "accountant", "worker"), post=None):
    found = {}
    for name in who:
        client = sign_in(getattr(cast, name))
        found[name] = (client.get(path) if post is None else client.post(path, post)).status_code
    return found


LIVED = {
    "planned": lambda case, by: plan_one(case, by),
    "booked": lambda case, by: plan_one(case, by, "booked"),
    "delivered": lambda case, by: record_service(case, service_type="documents", delivered_on=TODAY, by=by),
    "missed": lambda case, by: ended(plan_one(case, by, "booked"), "missed", by),
    "refused": lambda case, by: ended(plan_one(case, by), "refused", by),
    "cancelled": lambda case, by: ended(plan_one(case, by), "cancelled", by),
}


def ended(service, state, by):
    bookings.not_given(service, state=state, why="ill", by=by)
    return service


def tries(statement, *values):
    """The same, and nothing of it stays."""
    with transaction.atomic():
        told = sql(statement, *values)
        transaction.set_rollback(True)
    return told


@pytest.mark.parametrize("old", codelists.codes("service_state"))
def test_the_database_knows_the_steps_of_the_table(cast, adult_case, old):
    service, flow = LIVED[old](adult_case, cast.worker), codelists.transitions("service_state")
    move = "UPDATE rehabilitation_service SET state = %s, delivered_on = %s WHERE id = %s"
    others = [new for new in flow if new != old]
    done = {new for new in others if not tries(move, new, TODAY if new == "delivered" else None, service.pk)}
    assert done == flow[old]


def test_a_planned_one_is_delivered_in_two_clicks_and_moves_its_goal(cast, adult_case, sign_in):
    plan = approved(adult_case, cast)
    goal = goal_of(plan)
    service = booked(adult_case, cast.worker, goal=goal, action=goal.actions.get())
    client, path = sign_in(cast.worker), f"/services/{service.pk}/"
    assert (
        path in client.get("/").content.decode(),
        path in client.get(f"/cases/{adult_case.pk}/").content.decode(),
    ) == (True, True)
    assert status(sign_in, cast, path) == {"stranger": 404, "accountant": 403, "worker": 200}
    said = {"act": "deliver", "deliver-delivered_on": f"{TODAY}", "deliver-quantity": "1"}
    assert status(sign_in, cast, path, post=said) == {"stranger": 404, "accountant": 403, "worker": 302}
    service.refresh_from_db()
    goal.refresh_from_db()
    assert (service.state, service.delivered_on, goal.state) == ("delivered", TODAY, "in_progress")
    rows = list(Progress.objects.values_list("action", "services", "author"))
    assert sorted(rows, key=str) == sorted(
        [(None, [service.pk], cast.worker.pk), (goal.actions.get().pk, [service.pk], cast.worker.pk)], key=str
    )
    assert path not in client.get("/").content.decode()


def test_a_goal_that_is_under_way_is_not_moved_again(cast, adult_case):
    goal = goal_of(approved(adult_case, cast))
    for _ in range(2):
        record_service(
            adult_case, service_type="documents", delivered_on=TODAY, by=cast.worker, facts=Facts(goal=goal)
        )
    assert Progress.objects.count() == 1


def test_an_unplanned_one_is_one_form(cast, adult_case, sign_in):
    path = f"/services/case/{adult_case.pk}/"
    assert status(sign_in, cast, path) == {"stranger": 404, "accountant": 403, "worker": 200}
    client = sign_in(cast.worker)
    page = client.get(path).content.decode()
    assert page.index('name="type"') < page.index('name="delivered_on"')
    assert f'value="{TODAY}"' in page
    assert client.post(path, {"type": "social", "delivered_on": f"{TODAY}", "quantity": "2.5", "unit": "hour",
                              "note": "went along", "cost_azn": "12.50"}).status_code == 302  # fmt: skip
    row = Service.objects.get()
    assert (row.quantity, row.unit, row.cost_azn, row.note.text) == (
        Decimal("2.5"),
        "hour",
        Decimal("12.50"),
        "went along",
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"quantity": "-1"}, "greater than or equal to 0.01"),
        ({"quantity": "1e9"}, "less than or equal to 10000"),
        ({"delivered_on": f"{TODAY + timedelta(days=1)}"}, "between the opening"),
        ({"cost_azn": "-3"}, "greater than or equal to 0"),
        ({"minutes": "1441"}, "less than or equal to 1440"),
        ({"provider": str(uuid.uuid4())}, "not one of the available choices"),
        ({"type": "alchemy"}, "not one of the available choices"),
        ({"note": "n" * 5001}, "at most 5000"),
    ],
)
def test_what_cannot_be_meant_is_asked_again(cast, adult_case, sign_in, said, told):
    good = {"type": "social", "delivered_on": f"{TODAY}", "quantity": "1"}
    answer = sign_in(cast.worker).post(f"/services/case/{adult_case.pk}/", good | said)
    assert (answer.status_code, told in answer.content.decode(), Service.objects.count()) == (200, True, 0)


def test_the_database_refuses_what_does_not_fit(cast, adult_case, open_case):
    goal = goal_of(approved(adult_case, cast))
    other = open_case()
    mine = record_service(adult_case, service_type="psychological", delivered_on=TODAY, by=cast.worker)
    note = notes.add(adult_case, notes.Written("session", "x"), by=cast.worker)
    insert = ("INSERT INTO rehabilitation_service (id, case_id, type, delivered_on, recorded_by_id, goal_id)"
              " VALUES (gen_random_uuid(), %s, 'legal', CURRENT_DATE + %s, %s, %s)")  # fmt: skip
    assert [
        sql(insert, other.pk, 0, cast.worker.pk, goal.pk),
        sql(insert, adult_case.pk, 2, cast.worker.pk, None),
        sql("UPDATE rehabilitation_service SET note_id = %s", note.pk),  # of the case, not of the section
        sql("UPDATE rehabilitation_service SET quantity = 2"),
        sql("UPDATE rehabilitation_service SET state = 'planned', delivered_on = NULL"),
        sql("UPDATE rehabilitation_service SET struck_at = now()"),
        sql("DELETE FROM rehabilitation_service WHERE id = %s", mine.pk),
    ] == [
        "This goal, note or provider does not belong to the service.",
        "What lies ahead is planned, not delivered.",
        "This goal, note or provider does not belong to the service.",
        "This of a service does not change: strike it out, and record it anew.",
        "This of a service does not change: strike it out, and record it anew.",
        "Who strikes out a service says so, and why.",
        "permission denied for table rehabilitation_service",
    ]
    assert sql(insert, adult_case.pk, 0, cast.worker.pk, goal.pk) == ""  # the control


def test_an_error_is_struck_out_and_does_not_count(cast, adult_case, sign_in):
    kept, wrong = (
        record_service(adult_case, service_type="legal", delivered_on=TODAY, by=cast.worker) for _ in range(2)
    )
    plan_one(adult_case, cast.worker)
    path = f"/services/{wrong.pk}/"
    client = sign_in(cast.worker)
    assert client.post(path, {"act": "strike", "strike-why": ""}).status_code == 200
    assert client.post(path, {"act": "strike", "strike-why": "another person's"}).status_code == 302
    wrong.refresh_from_db()
    assert (wrong.struck_why, wrong.struck_by) == ("another person's", cast.worker)
    with acting_as(cast.supervisor.pk):
        tables = [table.rows for table in shell.statistics(TODAY.year)]
    assert tables == [{"Hüquqi yardım": 1}, {"Hüquqi yardım": 1}]
    assert list(Service.objects.delivered()) == [kept]


def test_persons_and_services_are_counted_apart(cast, adult_case, open_case):
    for case, times in ((adult_case, 3), (open_case(), 1)):
        for _ in range(times):
            record_service(case, service_type="legal", delivered_on=TODAY, by=cast.worker)
    with acting_as(cast.supervisor.pk):
        assert [table.rows for table in shell.statistics(TODAY.year)] == [
            {"Hüquqi yardım": 2},
            {"Hüquqi yardım": 4},
        ]


def test_the_note_is_read_by_its_section_only(cast, adult_case, sign_in):
    care_team.choose(adult_case, {"psychologist": cast.specialist, "lawyer": cast.lawyer}, by=cast.worker)
    with pytest.raises(ValidationError, match="'note'"):
        record_service(
            adult_case,
            service_type="psychological",
            delivered_on=TODAY,
            by=cast.worker,
            facts=Facts(note="x"),
        )
    with acting_as(cast.specialist.pk):
        row = record_service(
            adult_case,
            service_type="psychological",
            delivered_on=TODAY,
            by=cast.specialist,
            facts=Facts(note="sleeps badly"),
        )
    pages = {
        who: sign_in(getattr(cast, who)).get(f"/services/{row.pk}/").content.decode()
        for who in ("specialist", "lawyer", "worker", "supervisor")
    }
    assert {who: "sleeps badly" in page for who, page in pages.items()} == {
        "specialist": True, "lawyer": False, "worker": False, "supervisor": False,
    }  # fmt: skip
    assert "The note is in the psychological section" in pages["worker"]
    assert (row.given_by, Note.objects.filter(section="psychological").count()) == (cast.specialist, 0)


def test_a_series_is_booked_moved_and_its_rest_cancelled(cast, adult_case, sign_in):
    path = f"/services/case/{adult_case.pk}/book/"
    assert status(sign_in, cast, path) == {"stranger": 404, "accountant": 403, "worker": 200}
    client = sign_in(cast.worker)
    starts = timezone.localtime(TOMORROW).replace(second=0, microsecond=0)
    said = {"type": "social", "state": "booked", "starts_at": f"{starts:%Y-%m-%dT%H:%M}", "times": "8", "every": "7",
            "quantity": "1", "given_by": f"{cast.worker.pk}"}  # fmt: skip
    assert client.post(path, said).status_code == 302
    rows = list(Service.objects.order_by("starts_at"))
    assert [row.starts_at for row in rows] == [starts + timedelta(days=7 * n) for n in range(8)]
    assert ({row.state for row in rows}, len({row.series for row in rows})) == ({"booked"}, 1)
    moved = starts + timedelta(days=2)
    client.post(f"/services/{rows[0].pk}/", {"act": "move", "move-starts_at": f"{moved:%Y-%m-%dT%H:%M}"})
    client.post(f"/services/{rows[3].pk}/", {"act": "rest", "rest-why": "moved away"})
    states = list(Service.objects.order_by("starts_at").values_list("state", flat=True))
    assert states == ["booked"] * 3 + ["cancelled"] * 5
    assert Service.objects.get(pk=rows[0].pk).starts_at == moved


@pytest.mark.parametrize(
    "when",
    [
        When(None),
        When(NOON - timedelta(days=1)),
        When(NOON + timedelta(days=367)),
        When(NOON, times=53, every=1),
        When(NOON, times=50, every=30),
        When(None, "planned", times=2),
    ],
)
def test_a_time_that_cannot_be_meant_books_nothing(cast, adult_case, when):
    with pytest.raises(ValidationError):
        book(adult_case, when, service_type="social", by=cast.worker)
    assert Service.objects.count() == 0


def test_a_missed_one_is_planned_anew(cast, adult_case, sign_in):
    row, client = booked(adult_case, cast.worker), sign_in(cast.worker)
    client.post(f"/services/{row.pk}/", {"act": "end", "end-state": "missed", "end-why": "no bus"})
    row.refresh_from_db()
    assert (row.state, row.why_not) == ("missed", "no bus")
    bookings.move(row, starts_at=TOMORROW, by=cast.worker)
    row.refresh_from_db()
    assert (row.state, row.why_not) == ("planned", None)


def test_a_group_lands_in_each_case_and_no_case_shows_the_others(cast, open_case, sign_in):
    people = [open_case({"given_name": name, "birth_year": 1990}) for name in ("Leyla", "Nuray", "Aysel")]
    said = {"type": "social", "delivered_on": f"{TODAY}", "cases": [str(case.pk) for case in people]}
    assert status(sign_in, cast, "/services/group/", who=("accountant", "specialist", "worker")) == {
        "accountant": 403,
        "specialist": 200,
        "worker": 200,
    }
    assert sign_in(cast.worker).post("/services/group/", said).status_code == 302
    assert [case.services.count() for case in people] == [1, 1, 1]
    client = sign_in(cast.worker)
    pages = [
        client.get(path).content.decode()
        for path in (f"/services/of/{people[0].pk}/", f"/services/{people[0].services.get().pk}/")
    ]
    group = GroupSession.objects.get()
    hidden = [
        str(group.pk),
        *(str(case.services.get().pk) for case in people[1:]),
        *(case.number for case in people[1:]),
    ]
    assert [text for text in hidden for page in pages if text in page] == []
    for who in ("supervisor", "colleague", "administrator"):
        with acting_as(getattr(cast, who).pk):
            assert GroupSession.objects.count() == 0
    assert sql("UPDATE rehabilitation_groupsession SET services = '{}'") != ""


def test_a_group_is_all_or_nothing(cast, adult_case, open_case, sign_in):
    with acting_as(cast.stranger.pk):
        foreign = register_victim(say(), by=cast.stranger).pk
    other = open_case()
    ids = [adult_case.pk, other.pk, foreign]
    with pytest.raises(Http404):
        groups.record_together(ids, service_type="social", delivered_on=TODAY, by=cast.worker)
    said = {"type": "social", "delivered_on": f"{TODAY}", "cases": [str(each) for each in ids]}
    assert sign_in(cast.worker).post("/services/group/", said).status_code == 404
    young = TODAY - timedelta(days=1)  # before the cases were opened
    for wrong in ([adult_case.pk], [adult_case.pk, adult_case.pk]):
        with pytest.raises((ValidationError, Http404)):
            groups.record_together(wrong, service_type="social", delivered_on=TODAY, by=cast.worker)
    with pytest.raises(ValidationError, match=adult_case.number):
        groups.record_together(
            [adult_case.pk, other.pk], service_type="social", delivered_on=young, by=cast.worker
        )
    assert Service.objects.count() == 0


def test_the_list_of_a_case_filters_and_asks_the_same_for_1_and_3(cast, adult_case, sign_in):
    path, counts, client = f"/services/of/{adult_case.pk}/", [], sign_in(cast.worker)
    assert status(sign_in, cast, path) == {"stranger": 404, "accountant": 403, "worker": 200}
    for times in (1, 2):
        for number in range(times):
            booked(adult_case, cast.worker, NOON + timedelta(hours=times + number))
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    record_service(adult_case, service_type="legal", delivered_on=TODAY, by=cast.worker)
    shown = client.get(f"{path}?state=delivered").content.decode()
    assert ("Legal assistance" in shown, "Identity documents" in shown) == (True, False)


def test_the_panel_asks_once(cast, adult_case):
    for _ in range(12):
        record_service(adult_case, service_type="legal", delivered_on=TODAY, by=cast.worker)
    soon = booked(adult_case, cast.worker)
    shell.panel(adult_case, cast.worker)
    with CaptureQueriesContext(connection) as asked:
        found = shell.panel(adult_case, cast.worker)
    assert (len(asked), len(found["services"]), found["more"], found["next"].pk) == (1, 10, True, soon.pk)


def test_a_closed_case_has_no_services_ahead(cast, adult_case):
    row = booked(adult_case, cast.worker)
    closed(adult_case, cast)
    row.refresh_from_db()
    adult_case.refresh_from_db()
    assert row.state == "cancelled"
    with pytest.raises(ValidationError, match="Bağlanmış"):
        record_service(adult_case, service_type="legal", delivered_on=TODAY, by=cast.worker)
