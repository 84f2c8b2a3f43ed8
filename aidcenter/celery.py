"""Celery, the fast way: tasks carry ids and nothing else, and PostgreSQL knows what is still owed."""

import logging
import os
import time

from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aidcenter.settings")

PAUSE = 5.0  # seconds without a try after the broker failed, so that one page waits for it once at most

logger = logging.getLogger(__name__)
app = Celery("aidcenter")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
_resting_until = 0.0


def enqueue(name: str, *ids: object) -> bool:
    """Send the task `name` with `ids`; False when the broker did not take it.

    A page hardly waits for the broker: without it the relay finds the same work in PostgreSQL.
    """
    global _resting_until
    if time.monotonic() < _resting_until:
        return False
    try:
        app.send_task(name, args=ids, retry=False, ignore_result=True)
    except (OSError, OperationalError, RedisError) as error:
        _resting_until = time.monotonic() + PAUSE
        logger.warning("Task %s was not sent (%s); PostgreSQL holds the work.", name, type(error).__name__)
        return False
    return True
