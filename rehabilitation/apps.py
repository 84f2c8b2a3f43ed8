"""What is planned and given: for now, the services delivered."""

from django.apps import AppConfig


class RehabilitationConfig(AppConfig):
    """Fills the slots with what services know."""

    name = "rehabilitation"

    def ready(self) -> None:
        """Fill the slots."""
        from aidcenter import registry  # noqa: PLC0415 - apps are loaded only now
        from rehabilitation import house_shell, shell  # noqa: PLC0415

        registry.fill("statistics", shell.statistics)
        registry.fill("timeline", shell.timeline)
        registry.fill("case_panels", shell.panel)
        registry.fill("case_panels", house_shell.panel)
        registry.fill("navigation", house_shell.navigation)
        registry.fill("duties", house_shell.duties)
