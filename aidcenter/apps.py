"""The foundation: nothing here knows a domain app."""

from celery.signals import task_prerun
from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AidCenterConfig(AppConfig):
    """Gives the logins their rights after each migration."""

    name = "aidcenter"
    verbose_name = "Aid Centre"

    def ready(self) -> None:
        """Grants follow every migrate (a framework hook, no model signal); slots are filled."""
        from aidcenter import auditpage, checks, recovery, registry, views, wording, wording_views  # noqa: F401, PLC0415 - apps are loaded only now
        from aidcenter.grants import grant_tables  # noqa: PLC0415

        registry.fill("navigation", views.navigation)
        registry.fill("navigation", auditpage.navigation)
        registry.fill("duties", recovery.duties)
        registry.fill("home_panels", wording_views.panels)
        post_migrate.connect(grant_tables, sender=self)
        task_prerun.connect(wording.task_begins)
