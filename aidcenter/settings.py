"""Settings, all from the environment; a secret may come as a file named by `<NAME>_FILE`."""

import re
import sys
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import dj_database_url
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()


def secret(name: str, default: str | None = None) -> str:
    """The secret `name`, from the file that `<name>_FILE` names or from the environment itself."""
    if file := env.str(f"{name}_FILE", ""):
        return Path(file).read_text().strip()
    value = env.str(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name}_FILE to a file that holds it, or {name} itself.")
    return value


# --- what this process is -------------------------------------------------------------------
DEMO = env.bool("AIDCENTER_DEMO", False)  # one-click sign-in and the mail page; production refuses it
PRODUCTION = env.bool("AIDCENTER_PRODUCTION", False)
HOME = env.path("AIDCENTER_HOME", BASE_DIR / "var")
if PRODUCTION and DEMO:
    raise ImproperlyConfigured("AIDCENTER_DEMO is on: production has no one-click sign-in.")
DEBUG = False
SECRET_KEY = secret("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "testserver"])
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000")  # the address in mails
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []

# The two keys, only ever files of mode 0600 (aidcenter/checks.py).
KEY_FILE = env.path("AIDCENTER_KEY_FILE", HOME / "keys" / "key-encryption.key")
CONTEXT_KEY_FILE = env.path("AIDCENTER_CONTEXT_KEY_FILE", HOME / "keys" / "context.key")

AUDIT_WITNESS = env.path("AUDIT_WITNESS", HOME / "audit-heads")  # keep a copy of it elsewhere

# --- the centre (DOMAIN.md section 8: open questions are settings) ---------------------------
CENTRE_DISTRICT = env.str("CENTRE_DISTRICT", "nasimi")  # where a child is, unless said otherwise
CENTRE_NAMES = {  # on papers
    "az": env.str("CENTRE_NAME_AZ", "İnsan Alveri Qurbanlarına Yardım Mərkəzi"),
    "ru": env.str("CENTRE_NAME_RU", "Центр помощи жертвам торговли людьми"),
    "en": env.str("CENTRE_NAME_EN", "Aid Centre for Victims of Human Trafficking"),
}
CENTRE_NEUTRAL_NAMES = {  # on what a partner reads: the full name says what happened to the person
    "az": env.str("CENTRE_NEUTRAL_NAME_AZ", "Yardım Mərkəzi"),
    "ru": env.str("CENTRE_NEUTRAL_NAME_RU", "Центр помощи"),
    "en": env.str("CENTRE_NEUTRAL_NAME_EN", "Aid Centre"),
}
CENTRE_PHONE = env.str("CENTRE_PHONE", "012 555 01 00")
PARTNER_ANSWER_DAYS = env.int("PARTNER_ANSWER_DAYS", 7)  # a partner without an answer: the author is told
PARTNER_OPEN_DAYS = env.int("PARTNER_OPEN_DAYS", 30)  # how long a partner reads what has ended
PARTNER_REMIND_DAYS = env.int("PARTNER_REMIND_DAYS", 3)  # between two mails about one that waits
ASSESSMENT_DAYS = env.int("ASSESSMENT_DAYS", 7)  # first assessment after the case was opened
CODE_TEXTS_SECONDS = env.int("CODE_TEXTS_SECONDS", 10)  # how long a process knows what codes are called
PLAN_DAYS = env.int("PLAN_DAYS", 14)  # rehabilitation plan after the assessment
PLAN_REVIEW_DAYS = env.int("PLAN_REVIEW_DAYS", 90)  # between two reviews of a plan
PLAN_REVIEW_DAYS_HIGH = env.int("PLAN_REVIEW_DAYS_HIGH", 30)  # the same at high risk
STAY_DAYS_ADULT = env.int("STAY_DAYS_ADULT", 30)  # a stay in a house, until it is extended
STAY_DAYS_CHILD = env.int("STAY_DAYS_CHILD", 60)
ALLOWANCE_AZN = env.decimal("ALLOWANCE_AZN", Decimal(700))  # the one-time allowance
PAYMENT_MOST_AZN = env.decimal("PAYMENT_MOST_AZN", Decimal(10_000))  # of one payment
PAYMENT_DIRECTOR_ABOVE_AZN = env.decimal("PAYMENT_DIRECTOR_ABOVE_AZN", Decimal(1_000))  # the director decides
PAYMENT_STATUSES = env.list("PAYMENT_STATUSES", ["confirmed"])  # victim_status of who is entitled
DRILL_DAYS = env.int("DRILL_DAYS", 90)  # between two test messages to the state bodies; 0: never by itself
DRILL_ANSWER_DAYS = env.int("DRILL_ANSWER_DAYS", 3)  # a test unanswered this long is a duty to repair
LADDER_HOURS = {  # without an acknowledgement: when who is told; by night it starts with the telephone
    "night": env.float("LADDER_NIGHT_HOURS", 0),
    "warn": env.float("LADDER_WARN_HOURS", 2),  # from then on it is late
    "supervisor": env.float("LADDER_SUPERVISOR_HOURS", 12),
    "director": env.float("LADDER_DIRECTOR_HOURS", 24),
    "telephone": env.float("LADDER_TELEPHONE_HOURS", 48),
}
CALL_AGAIN_MINUTES = env.int("CALL_AGAIN_MINUTES", 30)  # after a call that reached nobody
DAILY_MAIL_AT = env.str("DAILY_MAIL_AT", "08:30")  # numbers to each body and the director, in Baku
if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", DAILY_MAIL_AT):
    raise ImproperlyConfigured("DAILY_MAIL_AT is a time like 08:30.")
EXPORT_ALONE = env.int("EXPORT_ALONE", 50)  # cases that one person takes out in a day without a second
SUPPRESS_BELOW = env.int("SUPPRESS_BELOW", 11)  # k of the statistics that leave the centre

# --- applications ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "pgtrigger",
    "django_htmx",
    "django_structlog",
    "lucide",
    "phonenumber_field",
    "aidcenter",
    "cases",
    "rehabilitation",
    "referrals",
]
AUTH_USER_MODEL = "aidcenter.Staff"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "aidcenter.urls"
WSGI_APPLICATION = "aidcenter.wsgi.application"

MIDDLEWARE = [
    "aidcenter.api.problems.always_json",
    "aidcenter.middleware.unavailable",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "aidcenter.middleware.Compressed",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "aidcenter.middleware.never_stored",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "aidcenter.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "aidcenter.middleware.strict_encoding",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "aidcenter.middleware.RequestLog",
    "aidcenter.middleware.SecondFactor",
    "aidcenter.idle.IdleLock",
    "aidcenter.api.doors.Bearer",
    "aidcenter.middleware.RequestTransaction",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "aidcenter.shell.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "aidcenter.templatetags.ui",
            ],
        },
    }
]

# --- data -----------------------------------------------------------------------------------
# Each process has its own login in DATABASE_URL. Only commands that change the schema take the
# owner's, which no running process holds.
OWNER_COMMANDS = {
    "migrate",
    "flush",
    "createcachetable",
    "sqlmigrate",
    "makemigrations",
    "rotate_keys",
    "reindex_names",
}
_url = "DATABASE_OWNER_URL" if sys.argv[1:2] and sys.argv[1] in OWNER_COMMANDS else "DATABASE_URL"
DATABASES: dict[str, dict[str, object]] = {
    "default": {
        **dj_database_url.parse(secret(_url, ""), conn_max_age=600, conn_health_checks=True),
        "DISABLE_SERVER_SIDE_CURSORS": True,  # pgbouncer in transaction mode
    }
}

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "aidcenter_cache"}
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 24 * 60 * 60  # a locked session (aidcenter/idle.py) can still be unlocked
IDLE_SECONDS = env.int("IDLE_SECONDS", 10 * 60)
SHIFT_SECONDS = env.int("SHIFT_SECONDS", 10 * 60 * 60)
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
if PRODUCTION:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# --- Celery: ids only, JSON only; Redis is its broker and nothing else --------------------------
CELERY_BROKER_URL = secret("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 2, "socket_connect_timeout": 2}
CELERY_TASK_PUBLISH_RETRY = False  # PostgreSQL is the certain way: never hold a page for Redis
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "deliver-due": {"task": "referrals.deliver_due", "schedule": 30.0},
    "ladder": {"task": "referrals.climb", "schedule": 30.0},
    "partners": {"task": "referrals.remind_partners", "schedule": 600.0},
    "drill": {"task": "referrals.start_drill", "schedule": crontab(hour=6, minute=0)},  # 10 o'clock in Baku
    "drill-bells": {"task": "referrals.drill", "schedule": 600.0},
    "body-reminders": {"task": "referrals.remind_bodies", "schedule": 600.0},
    "absences": {"task": "cases.start_absences", "schedule": 60.0},
    "incidents": {"task": "cases.tell_incidents", "schedule": 30.0},
    "staff-changes": {"task": "cases.tell_staff_changes", "schedule": 60.0},
    "exports": {"task": "cases.drop_exports", "schedule": 60.0},
    "events": {"task": "cases.forget_events", "schedule": crontab(hour=1, minute=0)},
    "imports": {"task": "cases.expire_imports", "schedule": 600.0},
    "requests": {"task": "aidcenter.forget_requests", "schedule": crontab(minute=10)},
    "digests": {"task": "cases.send_digests", "schedule": crontab(hour=4, minute=0)},  # 8 o'clock in Baku
    "reviews": {"task": "rehabilitation.remind_of_reviews", "schedule": crontab(hour=4, minute=5)},
    "daily-mails": {  # after those that fill them; what was sent is gone
        "task": "aidcenter.send_daily_mails",
        "schedule": crontab(hour="4-6", minute="15,45"),
    },
    "tomorrow": {  # from 18 o'clock in Baku; who was told is not told again
        "task": "rehabilitation.remind_of_tomorrow",
        "schedule": crontab(hour="14-16", minute="*/20"),
    },
}

# --- mail -----------------------------------------------------------------------------------
EMAIL_HOST = env.str("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = env.int("EMAIL_PORT", 2525)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = secret("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10
NOTIFY_POTENTIAL = env.bool("NOTIFY_POTENTIAL", True)  # state bodies are told of potential victims too
WATCH_MAIL: list[str] = env.list("WATCH_MAIL", [])  # mailed too when notifications do not get through
WATCH_URL = secret("WATCH_URL", "")  # told by POST of the same: a gateway of short messages, a pager
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "office@localhost")  # neutral: see mails.TELLING
HOOK_NETWORKS: list[str] = env.list(
    "HOOK_NETWORKS", []
)  # private networks to which people may have events sent

# --- sign-in --------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "aidcenter.access.CaseBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "aidcenter.signin.Adapter"
MFA_ADAPTER = "aidcenter.signin.FactorAdapter"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if PRODUCTION else 0
QUICK_EXIT_URL = env.str("QUICK_EXIT_URL", "https://www.wikipedia.org/")
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
FEED_RATE_LIMITS = {"feed": "60/m/ip"}  # calendars of other programs
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = env.str("TOTP_ISSUER", "Office")  # in the list of a phone: neutral, as mails are
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
ANONYMOUS_USER_NAME = None  # guardian would make a row of its own

# --- languages and time ---------------------------------------------------------------------
LANGUAGE_CODE = "az"
LANGUAGES = [("az", "Azərbaycanca"), ("ru", "Русский"), ("en", "English")]
LANGUAGE_COOKIE_HTTPONLY = True
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "allauth"]  # our words for the pages of allauth
USE_TZ = True
TIME_ZONE = "Asia/Baku"
PHONENUMBER_DEFAULT_REGION = "AZ"

# --- static files, from installed packages ---------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.path("AIDCENTER_STATIC", HOME / "static")
STATICFILES_DIRS: list[object] = [BASE_DIR / "static"]
if (_bootstrap := find_spec("bootstrap")) and _bootstrap.submodule_search_locations:
    STATICFILES_DIRS.append(("bootstrap", Path(_bootstrap.submodule_search_locations[0])))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# An uploaded file stays in memory: never in clear on a disk.
UPLOAD_BYTES = 20 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_BYTES

# --- headers --------------------------------------------------------------------------------
_SELF = ["'self'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": _SELF,
        "style-src": _SELF,
        "img-src": ["'self'", "data:"],
        "font-src": _SELF,
        "connect-src": _SELF,
        "manifest-src": _SELF,
        "form-action": _SELF,
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "display-capture")
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- the API ------------------------------------------------------------------------------------
API_REQUESTS_A_MINUTE = env.int("API_REQUESTS_A_MINUTE", 600)  # of one key
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["aidcenter.api.doors.Key"],
    "DEFAULT_PERMISSION_CLASSES": [],  # aidcenter.api.views.Endpoint asks
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["aidcenter.api.parsing.StrictJSON"],
    "DEFAULT_SCHEMA_CLASS": "aidcenter.api.schema.Described",
    "EXCEPTION_HANDLER": "aidcenter.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,  # no ?format=
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Aid Centre",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "COMPONENT_SPLIT_REQUEST": False,
    "POSTPROCESSING_HOOKS": ["aidcenter.api.schema.strict"],
}

# --- logs: ids, never contents ----------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "fido2": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
    },
}
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # aidcenter.access.CaseBackend stands in for guardian's
_ = _  # labels of LANGUAGES are names of languages in themselves and are not translated
