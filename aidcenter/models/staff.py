"""The people who work with the system, and their teams."""

import uuid

import pgtrigger
from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from aidcenter.fields import CodeField
from aidcenter.reach import DIRECTORY, ME, MY_ROLE, Reach
from aidcenter.roles import Role
from aidcenter.triggers import STAFF_BY_TWO, DefinerTrigger, staffing

SESSION_SALT = "aidcenter.Staff.session"


class Team(models.Model):
    """A team of caseworkers; `supervisors` is the group of its supervisors and their deputies."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    supervisors = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="team")

    reach = DIRECTORY

    class Meta:
        triggers = [staffing("supervisors_id")]

    def __str__(self) -> str:
        return self.name


class Theme(models.TextChoices):
    """In which colours a person reads; empty: as the device."""

    DEVICE = "", _("as the device")
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")


class Staff(AbstractUser):
    """A person who signs in; the role says what they may do, grants say to which cases.

    From `theme` on it is what they chose for themselves (aidcenter/personal.py).
    """

    first_name = None  # type: ignore[assignment] # Django's way to drop an inherited field
    last_name = None  # type: ignore[assignment]
    display_name = models.CharField(_("name"), max_length=150)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.CASEWORKER)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="staff")
    profession = CodeField("profession", verbose_name=_("profession"), blank=True, db_default="", default="")
    language = models.CharField(_("language"), max_length=2, default="az")
    # a state body's system: it has a key of the API, and no way to sign in
    is_program = models.BooleanField(default=False, db_default=False, editable=False)
    theme = models.CharField(
        max_length=5, choices=Theme.choices, blank=True, db_default="", default=Theme.DEVICE
    )
    compact = models.BooleanField(db_default=False, default=False)
    hides_names = models.BooleanField(db_default=False, default=False)
    has_keys = models.BooleanField(db_default=True, default=True)
    toured_at = models.DateTimeField(null=True, editable=False)  # when the tour was finished or skipped
    sign_ins_ended = models.PositiveIntegerField(db_default=0, default=0, editable=False)
    scope: frozenset[str] | None = None  # what the key of the API is for that they came in with
    key_id: uuid.UUID | None = None  # that key

    reach = DIRECTORY

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                name="staff_role_known", condition=models.Q(role__in=[role.value for role in Role])
            ),
            models.CheckConstraint(name="staff_theme_known", condition=models.Q(theme__in=Theme.values)),
            models.CheckConstraint(
                name="staff_program_never_signs_in",
                condition=models.Q(is_program=False)
                | models.Q(role=Role.COMMISSION_MEMBER, password__startswith="!"),  # noqa: S106 - of no password
            ),
        ]
        triggers = [
            staffing(
                "username",
                "role",
                "team_id",
                "profession",
                "is_active",
                "is_staff",
                "is_superuser",
                "is_program",
                mine="id",
            ),
            STAFF_BY_TWO,
        ]

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        """The name on the screen (Django's templates and mails call this)."""
        return self.display_name

    def get_short_name(self) -> str:
        """The same, for Django."""
        return self.display_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session has to know to stay open: another password, or `sign_ins_ended`, ends the others."""
        known = f"{self.password}{self.sign_ins_ended or ''}"
        return salted_hmac(SESSION_SALT, known, secret=secret, algorithm="sha256").hexdigest()


# Two others confirm, each once and for themselves; nothing else of a row ever changes.
RECOVERY_KEPT = DefinerTrigger(
    name="kept",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR OLD.asked_at < now() - interval '24 hours'
            OR to_jsonb(NEW) - ARRAY['first_by_id', 'second_by_id', 'ended_at']
               IS DISTINCT FROM to_jsonb(OLD) - ARRAY['first_by_id', 'second_by_id', 'ended_at'] THEN
            RAISE EXCEPTION 'A recovery is confirmed within a day and stays on record.';
        END IF;
        IF (NEW.first_by_id, NEW.second_by_id) IS DISTINCT FROM (OLD.first_by_id, OLD.second_by_id) AND (
            public.app_role() IS NULL OR public.app_role() NOT IN ('supervisor', 'director')
            OR public.app_uid() = OLD.person_id
            OR CASE WHEN OLD.first_by_id IS NULL
               THEN (NEW.first_by_id, NEW.second_by_id) IS DISTINCT FROM (public.app_uid(), NULL::bigint)
               ELSE OLD.second_by_id IS NOT NULL OR OLD.first_by_id = public.app_uid()
                 OR (NEW.first_by_id, NEW.second_by_id) IS DISTINCT FROM (OLD.first_by_id, public.app_uid())
               END) THEN
            RAISE EXCEPTION 'Two others confirm a recovery, each for themselves.';
        END IF;
        IF NEW.ended_at IS NOT NULL AND (OLD.second_by_id IS NULL OR public.app_uid() <> OLD.person_id) THEN
            RAISE EXCEPTION 'A recovery ends when two have confirmed it.';
        END IF;
        RETURN NEW;""",
)


class Recovery(models.Model):
    """Somebody lost the second factor and asks two colleagues to vouch (aidcenter/recovery.py)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=64)  # hash of the number that the person reads out to them
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    first_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    second_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    reach = Reach(
        private=True,
        web="SIU",
        also_read=f"person_id = {ME} OR {MY_ROLE} IN ('supervisor', 'director')",
        also_change=f"person_id = {ME} OR {MY_ROLE} IN ('supervisor', 'director')",
        add=f"person_id = {ME} AND first_by_id IS NULL AND second_by_id IS NULL AND ended_at IS NULL",
    )

    class Meta:
        indexes = [
            models.Index(fields=["asked_at"], name="recovery_open", condition=models.Q(ended_at__isnull=True))
        ]
        triggers = [RECOVERY_KEPT]

    def __str__(self) -> str:
        return f"recovery {self.pk}"
