"""What the bench does with Django, in a process of its own for each database: `python -m tests.bench.inside`.

Prints one JSON object.
"""

import json
import random
import sys
import time
from datetime import date
from importlib import import_module

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import RequestFactory
from guardian import shortcuts
from guardian.models import GroupObjectPermission, UserObjectPermission

from aidcenter import blindindex, factor, folding, idle, prepared_functions
from aidcenter.api import tokens
from aidcenter.context import acting_as
from aidcenter.models import Staff, Team
from aidcenter.roles import MATRIX
from aidcenter.signin import BACKEND
from cases.actions import Registration, register_victim
from cases.list_views import PAGE_SIZE, case_list
from cases.listing import ORDER
from cases.models import Case, CaseAccess
from cases.search import Question, candidates
from referrals import alerts
from referrals.models import BODIES, Commission
from tests.bench.cpu import cpu_of
from tests.spellings import NAMES, SCRIPTS, recall, wrong

MINE = 50


def functions():
    """Make what this version of the program asks, without a layer where one is left out."""
    prepared_functions.make("default", prepared_functions.everyone())
    return {}


def people():
    """The team, the caseworker with 50 open cases, registered as in a browser, and the supervisor."""
    team = Team.objects.create(name="Bench 1", supervisors=Group.objects.create(name="bench supervisors 1"))
    made = {
        role: Staff.objects.create(
            username=role, display_name=role.title(), role=role, team=team, language="en"
        )
        for role in ("caseworker", "supervisor")
    }
    made["supervisor"].groups.add(team.supervisors)
    for person in range(MINE):
        said = {"given_name": f"Given {person}", "family_name": "Family", "birth_date": date(1990, 1, 1)}
        with acting_as(made["caseworker"].pk):
            register_victim(Registration(victim=said, case={"district": "nasimi"}), by=made["caseworker"])
    return {}


def sign_in():
    """Cookies of both people, a key of the worker to the API, and a case to open."""
    cookies = {}
    for role in ("caseworker", "supervisor"):
        person = get_user_model().objects.get(username=role)
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), BACKEND
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session[factor.SESSION_KEY] = str(person.pk)
        session[idle.SEEN] = session[idle.BEGAN] = int(time.time())
        session.create()
        cookies[role] = f"{settings.SESSION_COOKIE_NAME}={session.session_key}; django_language=en"
    worker = Staff.objects.get(username="caseworker")
    with acting_as(worker.pk):
        key = tokens.make(purpose="bench", verbs=list(MATRIX[worker.role]), days=1, by=worker)
        return {"cookies": cookies, "case": str(Case.objects.visible_to(worker)[0].pk), "key": key}


def buffers():
    """Blocks of shared memory that the statements of one worklist page read, the second time."""
    worker = Staff.objects.get(username="caseworker")
    asked = []

    def remember(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    request = RequestFactory().get("/cases/")
    request.user, request.session = worker, {factor.SESSION_KEY: str(worker.pk)}
    with acting_as(worker.pk):
        with connection.execute_wrapper(remember):
            case_list(request)
        selects = [one for one in asked if one[0].startswith("SELECT")]
        read = [sum(_blocks(*one) for one in selects) for _ in range(2)]
    return {"buffers": read[-1], "statements": len(selects)}


def _blocks(sql, params):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0][0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def marks():
    """Of every name that the load gives: (kind, place among its kind, marks)."""
    skeletons = [
        (kind, place, list(folding.skeletons(folding.name_tokens(name)[0])))
        for kind, names in names_by_kind().items()
        for place, name in enumerate(names)
    ]
    known = sorted({skeleton for _, _, some in skeletons for skeleton in some})
    mark = dict(zip(known, blindindex.marks("name", known), strict=True))
    return {"parts": [(kind, place, [mark[one] for one in some]) for kind, place, some in skeletons]}


def names_by_kind():
    """The names of the list, the frequent ones; then compounds of two, as Azerbaijani names are made."""
    given, surname = ([row["az"] for row in NAMES if row["kind"] == kind] for kind in ("given", "surname"))
    compounds = [f"{one}{two.lower()}" for one in given for two in given if one != two]
    random.Random(1).shuffle(compounds)
    return {"given": given + compounds[:400], "surname": surname + [f"{name}ov" for name in compounds[:4000]]}


def recalls():
    """The shares found with 0, 1 and 2 typing errors."""
    return {str(errors): recall(errors) for errors in range(3)}


def search(questions):
    """Milliseconds in the database: searches of a supervisor, and duplicate checks as for new cases."""
    dice, spent = random.Random(6), []
    given, family = ([row for row in NAMES if row["kind"] == kind] for kind in ("given", "surname"))
    supervisor = Staff.objects.filter(username__startswith="bench-supervisor").first()
    with acting_as(supervisor.pk):
        for number in range(int(questions)):
            words = [
                dice.choice(given)[dice.choice(SCRIPTS)],
                wrong(dice.choice(family)["az"], number % 2, dice),
            ]
            question = Question.of(" ".join(words))
            spent.append(_milliseconds(candidates, question))
        cases = list(Case.objects.changeable_by(supervisor).values_list("pk", flat=True)[: int(questions)])
        for case in cases:
            spent.append(_milliseconds(_check, case))
        transaction.set_rollback(True)
    return {"p95": sorted(spent)[int(len(spent) * 0.95)]}


def _check(case):
    with connection.cursor() as cursor:
        cursor.execute("SELECT check_duplicates(%s, NULL)", [case])


def _milliseconds(act, *said):
    """What the statements of `act` take."""
    spent = 0.0

    def measure(execute, *asked):
        nonlocal spent
        began = time.perf_counter()
        try:
            return execute(*asked)
        finally:
            spent += time.perf_counter() - began

    with connection.execute_wrapper(measure):
        act(*said)
    return spent * 1000


def worklist(role, whose, times):
    """Seconds of PostgreSQL's CPU for one page and its count, by our rule or guardian's generic one."""
    person = Staff.objects.get(username=role)
    with acting_as(person.pk):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = cursor.fetchone()[0]
        _page_and_count(person, whose)  # what a first time costs
        before = cpu_of(backend)
        for _ in range(int(times)):
            _page_and_count(person, whose)
        return {"cpu": (cpu_of(backend) - before) / int(times)}


def owe(children):
    """Register so many children, by somebody whose worklist is not measured: each owes two notifications."""
    for body in BODIES:
        labels = dict.fromkeys(("name_az", "name_ru", "name_en"), body)
        Commission.objects.get_or_create(body=body, district="nasimi", defaults=labels)
    team, _ = Team.objects.get_or_create(
        name="Bench S9", defaults={"supervisors": Group.objects.get_or_create(name="bench S9")[0]}
    )
    by, _ = Staff.objects.get_or_create(
        username="bench-s9", defaults={"display_name": "S9", "role": "caseworker", "team": team}
    )
    for _ in range(int(children)):
        said = {"estimated_age": 12, "age_basis": "declared"}
        register_victim(Registration(victim=said, case={"district": "nasimi"}), by=by)
    return {}


def deliver():
    """Notifications a second through one relay, from owed to the inbox."""
    began = time.perf_counter()
    arrived = alerts.deliver_inside()
    return {"a_second": arrived / (time.perf_counter() - began)}


def _page_and_count(person, whose):
    rows = _ours(person) if whose == "ours" else _guardians(person)
    list(rows[:PAGE_SIZE])
    _ = CaseAccess.open_cases_of(person).count() if whose == "ours" else rows.count()


def _ours(person):
    return Case.objects.worklist_of(person).order_by(*ORDER["due"])


def _guardians(person):
    # its generic tables, not the direct ones of the product
    shortcuts.get_user_obj_perms_model = lambda *_: UserObjectPermission
    shortcuts.get_group_obj_perms_model = lambda *_: GroupObjectPermission
    generic = shortcuts.get_objects_for_user(person, "cases.view_case", Case, accept_global_perms=False)
    return generic.exclude(state__in=Case.CLOSED).order_by("next_due", "number")


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    ask = {
        "functions": functions,
        "people": people,
        "sign_in": sign_in,
        "buffers": buffers,
        "worklist": worklist,
        "marks": marks,
        "search": search,
        "recalls": recalls,
        "owe": owe,
        "deliver": deliver,
    }[name]
    print(json.dumps(ask(*arguments)))
