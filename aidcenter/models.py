"""The people who work with the system, their teams, and the record of who looked."""

import uuid

import pgtrigger
from django.contrib.auth.models import AbstractUser, Group
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from aidcenter.acts import ACTS
from aidcenter.fields import CodeField
from aidcenter.reach import DIRECTORY, ME, MY_ROLE, NOBODY, Reach
from aidcenter.roles import MATRIX, Role, Verb
from aidcenter.token_triggers import TOKEN_KEPT, TOKEN_OF_PROGRAM
from aidcenter.triggers import STAFF_BY_TWO, DefinerTrigger, append_only, staffing

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


class Way(models.TextChoices):
    """How a person is told of something by mail."""

    NOW = "now", _("a mail of its own")
    DAILY = "daily", _("in the mail of the day")
    NEVER = "never", _("no mail")


class NoticeChoice(models.Model):
    """How a person chose to be told of one kind of notice (aidcenter/notices.py)."""

    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    way = models.CharField(max_length=5, choices=Way.choices)

    _MINE = f"person_id = {ME}"
    reach = Reach(web="SIU", worker="S", private=True, also_read=_MINE, also_change=_MINE, add=_MINE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="notice_choice_once"),
            models.CheckConstraint(name="notice_way_known", condition=models.Q(way__in=Way.values)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.way}"


class HeldNotice(models.Model):
    """What waits for somebody's mail of the day: numbers of cases at most, never a name."""

    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    text = models.TextField()
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(worker="SIUD")

    def __str__(self) -> str:
        return f"held {self.pk}"


# When, and in which transaction, is not for the writer to say: the sealer relies on it.
STAMP = DefinerTrigger(
    name="stamp",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="NEW.at := statement_timestamp(); NEW.xid := pg_current_xact_id()::text::bigint; RETURN NEW;",
)


class AuditEvent(models.Model):
    """Someone looked, was refused, or changed something: ids only, kept for ever (aidcenter/audit.py)."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=40)
    case_id = models.UUIDField(null=True)
    ids = ArrayField(models.UUIDField(), default=list)
    facts = models.JSONField(default=dict)
    request_id = models.UUIDField(default=uuid.uuid4)
    xid = models.BigIntegerField(db_default=0, editable=False)  # of the transaction; the database sets it

    reach = Reach(
        case="case_id",
        web="SI",
        worker="SI",
        relay="SI",
        also_read=f"actor_id = {ME} OR {MY_ROLE} = 'auditor'",
        add=f"actor_id = {ME}",
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["case_id", "-at"], name="audit_case", condition=models.Q(case_id__isnull=False)
            ),
            models.Index(fields=["actor_id", "-at"], name="audit_actor"),
            GinIndex(fields=["ids"], name="audit_ids"),
            models.Index(fields=["xid"], name="audit_xid"),  # the sealer's next block
        ]
        triggers = [append_only("append_only"), STAMP]

    def __str__(self) -> str:
        return f"{self.pk} {self.action}"

    @property
    def label(self) -> str:
        """What was done, in the reader's language."""
        return str(ACTS.get(self.action, self.action))

    @property
    def case_or_rows(self) -> list[uuid.UUID]:
        """The ids that the event names, the case first."""
        return [self.case_id, *self.ids] if self.case_id else list(self.ids)


class AuditBlock(models.Model):
    """A sealed stretch of the record (aidcenter/seal.py); rows are only added."""

    number = models.PositiveIntegerField(primary_key=True)
    since_id = models.BigIntegerField()
    from_xid = models.BigIntegerField()
    until_xid = models.BigIntegerField()
    events = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(db_default=Now())

    reach = Reach(web="S", relay="SI")

    class Meta:
        triggers = [append_only("append_only")]

    def __str__(self) -> str:
        return f"block {self.number}"


class IndexKey(models.Model):
    """The key of the blind index (aidcenter/blindindex.py), wrapped; one row, made with the tables."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    wrapped = models.TextField()

    reach = Reach(web="S", worker="S")

    class Meta:
        constraints = [models.CheckConstraint(name="index_key_is_one", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return "index key"


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


class ApiToken(models.Model):
    """A key to the API: for one purpose, some verbs and some days (aidcenter/api/tokens.py)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(_("what it is for"), max_length=100)
    verbs = ArrayField(models.CharField(max_length=40))
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True, editable=False)
    window_at = models.DateTimeField(null=True, editable=False)
    window_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    _MINE = (
        f"person_id = {ME} OR {MY_ROLE} = 'administrator'"
        " AND EXISTS (SELECT FROM aidcenter_staff s WHERE s.id = person_id AND s.is_program)"
    )
    reach = Reach(private=True, web="SIU", relay="S", also_read=_MINE, also_change=_MINE, add=_MINE)

    class Meta:
        ordering = ["-made_at"]
        triggers = [TOKEN_KEPT, TOKEN_OF_PROGRAM]

    def __str__(self) -> str:
        return f"key {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it opens something still."""
        return self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def labels(self) -> list[object]:
        """What it may be used for, as the matrix of roles says it."""
        said = MATRIX[self.person.role]
        return [said[verb] for verb in map(Verb, self.verbs) if verb in said]


class ApiOnce(models.Model):
    """What an Idempotency-Key has made: the row's id, nothing of what was said (aidcenter/api/once.py)."""

    person = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    asked = models.CharField(max_length=64)
    row = models.CharField(max_length=40)
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    _MINE = f"person_id = {ME}"
    reach = Reach(private=True, web="SI", worker="SD", also_read=_MINE, add=_MINE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="api_once")]
        indexes = [models.Index(fields=["made_at"], name="api_once_made")]  # the nightly clearing

    def __str__(self) -> str:
        return f"once {self.pk}"


class Counter(models.Model):
    """The last number given in a series and year; moved only by the database's own triggers."""

    pk = models.CompositePrimaryKey("series", "year")
    series = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    reach = NOBODY

    def __str__(self) -> str:
        return f"{self.series}-{self.year}"
