"""The foundation: nothing here knows a domain app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AidCenterConfig(AppConfig):
    """Gives the logins their rights after each migration."""

    name = "aidcenter"
    verbose_name = "Aid Centre"

    def ready(self) -> None:
        """Grants follow every migrate (a framework hook, not a model signal); checks are registered."""
        from aidcenter import auditpage, checks, recovery, registry, views  # noqa: F401, PLC0415 - apps are loaded only now
        from aidcenter.grants import grant_tables  # noqa: PLC0415

        registry.fill("navigation", views.navigation)
        registry.fill("navigation", auditpage.navigation)
        registry.fill("duties", recovery.duties)
        post_migrate.connect(grant_tables, sender=self)
