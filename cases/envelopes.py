"""The first way in: a password that is told, and ten one-time codes that are handed over sealed."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from aidcenter.models import Staff
from cases.exports import new_passphrase

CODES = Authenticator.Type.RECOVERY_CODES


@dataclass(frozen=True)
class Envelope:
    """What is shown once; the password only with a new account."""

    person: Staff
    codes: list[str]
    password: str = ""


def account(person: Staff) -> tuple[Staff, str]:
    """Save the new `person`; returns the first password, which is kept nowhere in clear."""
    password = new_passphrase()
    person.set_password(password)
    person.full_clean()
    person.save()
    return person, password


def first_password(person: Staff) -> str:
    """A new password of somebody who comes in for the first time, or again; it ends every session."""
    password = new_passphrase()
    person.set_password(password)
    person.save(update_fields=["password"])
    return password


def sealed(person: Staff, password: str = "") -> Envelope:
    """Ten new codes; the old ones open nothing from now on."""
    Authenticator.objects.filter(user=person, type=CODES).delete()
    return Envelope(person, RecoveryCodes.activate(person).generate_codes(), password)
