"""The web application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aidcenter.settings")
application = get_wsgi_application()

from aidcenter.checks import production  # noqa: E402 - needs Django to be set up

if refused := production():  # gunicorn runs no checks of its own
    raise SystemExit("\n".join(str(error.msg) for error in refused))
