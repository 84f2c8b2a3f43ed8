"""What is planned and given: for now, the services delivered."""

from django.apps import AppConfig


class RehabilitationConfig(AppConfig):
    """Fills the slots with what services know."""

    name = "rehabilitation"

    def ready(self) -> None:
        """Fill the slots."""
        from aidcenter import registry  # noqa: PLC0415 - apps are loaded only now
        from rehabilitation import shell  # noqa: PLC0415

        registry.fill("statistics", shell.statistics)
        registry.fill("timeline", shell.timeline)
        registry.fill("case_panels", shell.panel)
