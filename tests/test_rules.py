"""The rules of the house, executable: guards, declarations, grants, states, templates, headers."""

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, models
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from aidcenter import workflow
from aidcenter.reach import Undeclared, reach_of, tables
from aidcenter.roles import MATRIX, Role, Verb
from aidcenter.shell import shell

ROOT = Path(settings.BASE_DIR)
GOLDEN = ROOT / "tests" / "golden" / "urls.txt"
# before sign-in
OUTSIDE = ("accounts/", "demo/sign-in/", "demo/mail/", "exit/", "language/", "feed/", "health")


def patterns(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, path)
        elif isinstance(entry, URLPattern):
            yield path, entry.callback


def test_every_address_has_a_guard_and_the_table_is_the_golden_one():
    lines = []
    for path, view in patterns():
        if path.startswith(OUTSIDE):
            continue
        verbs = getattr(view, "verbs", None)
        assert verbs, f"{path} has no guard"
        allowed = [role.value for role in Role if any(verb in MATRIX[role] for verb in verbs)]
        lines.append(f"/{path}: {' '.join(allowed)}")
    table = "\n".join(sorted(lines)) + "\n"
    if os.environ.get("WRITE_GOLDEN"):
        GOLDEN.write_text(table)
    assert table == GOLDEN.read_text()


@pytest.mark.django_db
def test_the_guards_answer_as_the_table_says(cast, sign_in):
    paths = ("/", "/cases/", "/cases/new/", "/referrals/", "/statistics/")
    for role in Role:
        person = next(person for person in vars(cast).values() if person.role == role)
        client = sign_in(person)
        answers = {path: client.get(path).status_code for path in paths}
        views = {f"/{path}": view for path, view in patterns()}
        expected = {path: 200 if set(views[path].verbs) & set(MATRIX[role]) else 403 for path in paths}
        assert answers == expected, role


def test_nobody_signed_in_gets_in(client, db):
    found = {
        (path.startswith("api/v1/"), client.get(f"/{path}").status_code)
        for path, _ in patterns()
        if not path.startswith(OUTSIDE) and "<" not in path
    }
    assert found == {(False, 302), (False, 405), (True, 401)}
    assert client.get("/cases/").url == "/accounts/login/"


def test_text_that_was_typed_is_cleaned_by_a_field():
    """A character that PostgreSQL does not store comes in by any text that a view takes as it was sent."""
    raw = re.compile(
        r"""request\.POST\.get\([^)]*\)(\[[^]]*\])?\.strip\(|request\.POST\["(reason|answer|why)"\]"""
    )
    found = [
        f"{path.name}: {hit[0]}"
        for path in views_of_the_project()
        for hit in raw.finditer(path.read_text("utf-8"))
    ]
    assert found == []


def views_of_the_project():
    apps = ("aidcenter", "cases", "referrals", "rehabilitation")
    return [path for app in apps for path in (ROOT / app).rglob("*views.py")]


def test_no_view_hides_what_every_page_shows():
    """`languages` of a view would stand where the menu has the languages of the person."""
    everywhere = shell(RequestFactory().get("/"))
    taken = re.compile("|".join(rf'"{name}":' for name in sorted(everywhere)))
    found = [
        f"{path.name}: {hit[0]}"
        for path in views_of_the_project()
        for hit in taken.finditer(path.read_text("utf-8"))
    ]
    assert found == []


def test_every_verb_and_role_is_in_the_matrix():
    assert set(MATRIX) == set(Role)
    assert {verb for verbs in MATRIX.values() for verb in verbs} == set(Verb)


def test_every_model_says_how_it_is_reached():
    assert tables()

    class Stray(models.Model):
        class Meta:
            app_label = "stray"

        def __str__(self):
            return "stray"

    with pytest.raises(Undeclared):
        reach_of(Stray)


@pytest.mark.django_db
@pytest.mark.parametrize("login", ["web", "worker", "relay"])
def test_the_grants_in_the_database_are_those_declared(login):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a, pg_roles r"
            " WHERE a.grantee = r.oid AND r.rolname = %s AND c.relkind IN ('r', 'v')",
            [f"aidcenter_{login}"],
        )
        found = set(cursor.fetchall()) - {("django_migrations", "SELECT")}
    found = {(table, word) for table, word in found if table != "aidcenter_cache"}
    assert found == {(table, word) for table, reach in tables().items() for word in reach.privileges(login)}


@pytest.mark.django_db
def test_no_process_logs_in_with_more_than_it_needs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("aidcenter_web",)
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE (rolsuper OR rolbypassrls) AND rolname LIKE 'aidcenter_%'"
        )
        assert cursor.fetchall() == [("aidcenter_backup",)]


@pytest.mark.parametrize("flow", workflow.ALL, ids=lambda flow: flow.name)
def test_every_pair_of_states_is_crossed(flow):
    for old, ways in flow.steps.items():
        for new in flow.steps:
            if new in ways:
                flow.check(old, new)
            else:
                with pytest.raises(workflow.CannotMove):
                    flow.check(old, new)


def test_the_readme_shows_the_states_as_they_are():
    assert workflow.diagrams() in (ROOT / "README.md").read_text()


def test_no_template_is_unused():
    sources = [
        *ROOT.glob("templates/**/*.html"),
        *(p for a in ("aidcenter", "cases", "referrals", "rehabilitation") for p in (ROOT / a).rglob("*.py")),
    ]
    text = "\n".join(path.read_text() for path in sources)
    used = set(re.findall(r"[\"']([\w/.-]+\.html)[\"']", text))
    own = {str(path.relative_to(ROOT / "templates")) for path in ROOT.glob("templates/**/*.html")}
    ours = {
        name
        for name in own
        if not name.startswith(("account/", "mfa/", "allauth/")) and not re.match(r"\d{3}", name)
    }
    assert ours - used == set()


class Inline(HTMLParser):
    """Collects what a strict policy forbids."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        data = names.get("type") == "application/json"
        if tag == "style" or (tag == "script" and "src" not in names and not data):
            self.found.append(tag)
        self.found += [name for name in names if name == "style" or name.startswith("on")]


def test_the_collector_finds_what_is_inline():
    assert Inline("<p style='x' onclick='y'><script>z</script>").found == ["style", "onclick", "script"]


@pytest.mark.django_db
def test_headers_and_no_inline_on_every_page(cast, child_case, sign_in):
    paths = ("/", "/cases/", "/cases/new/", f"/cases/{child_case.pk}/", f"/cases/{child_case.pk}/age/", "/referrals/",
             f"/services/case/{child_case.pk}/", "/nothing/", "/accounts/login/", "/accounts/2fa/")  # fmt: skip
    client = sign_in(cast.worker)
    for path in paths:
        response = client.get(path, follow=True)
        assert "default-src 'none'" in response["Content-Security-Policy"], path
        assert (response["Cache-Control"], response["X-Content-Type-Options"]) == ("no-store", "nosniff"), (
            path
        )
        assert Inline(response.content.decode()).found == [], path
