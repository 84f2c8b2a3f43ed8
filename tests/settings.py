"""The settings of the tests: the real ones, with quick password hashes and plain static files."""

from aidcenter.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    # live_server does not find hashed names
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True  # no collectstatic in tests
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
API_REQUESTS_A_MINUTE = 1_000_000
CODE_TEXTS_SECONDS = 10**9  # read once, so that every page asks as much as every other
