"""The foundation: settings, people, access, audit, keys, and how the centre starts."""

try:
    from aidcenter.celery import app as celery_app
except ImportError:  # before manage.py has installed the packages
    celery_app = None  # type: ignore[assignment]

__all__ = ["celery_app"]
