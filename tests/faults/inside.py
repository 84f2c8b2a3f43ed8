"""What the harness does with Django, in a process of its own: `python -m tests.faults.inside RECEIVER KEY`.

Makes the people and the bodies, one of which has a system of its own, and prints the worker's cookie.
"""

import sys
import time
from importlib import import_module

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group

from aidcenter import factor, idle
from aidcenter.management.seed import as_administrator
from aidcenter.models import Staff, Team
from aidcenter.signin import BACKEND
from referrals.models import BODIES, Commission, Webhook


def people() -> Staff:
    """A team with its caseworker, and an administrator."""
    Staff.objects.create(username="administrator", display_name="Administrator", role="administrator")
    with as_administrator():
        team = Team.objects.create(name="Team", supervisors=Group.objects.create(name="supervisors"))
        return Staff.objects.create(
            username="worker", display_name="Worker", role="caseworker", team=team, language="en"
        )


def bodies(url: str, key: str) -> None:
    """Both bodies of Nasimi; the guardianship body has a system that listens at `url`."""
    with as_administrator():
        for body in BODIES:
            own = body == BODIES[0]
            commission = Commission.objects.create(
                district="nasimi", body=body, name_az=body, name_ru=body, name_en=body,
                email=f"{body}@nasimi.example",
                channels=["portal", "email", "webhook"] if own else ["portal", "email"],
            )  # fmt: skip
            if own:
                Webhook(commission=commission, url=url, their_key=key).save()


def cookie(person: Staff) -> str:
    """A session of `person`, second factor passed."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session[factor.SESSION_KEY] = str(person.pk)
    session[idle.SEEN] = session[idle.BEGAN] = int(time.time())
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


if __name__ == "__main__":
    worker = people()
    bodies(*sys.argv[1:])
    print(cookie(worker))
