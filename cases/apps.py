"""The person and the case."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Fills the slots of navigation, duties and statistics with what cases know."""

    name = "cases"

    def ready(self) -> None:
        """Fill the slots."""
        from aidcenter import registry  # noqa: PLC0415 - apps are loaded only now
        from cases import (  # noqa: PLC0415
            closing,
            duties,
            export_duties,
            family_shell,
            home_shell,
            hook_sender,
            notice_shell,
            order_shell,
            personal_shell,
            shell,
            staff_shell,
            statistics,
            timeline,
        )

        registry.fill("navigation", shell.navigation)
        registry.fill("duties", duties.duties)
        registry.fill("duties", duties.sharing_duties)
        registry.fill("duties", export_duties.duties)
        registry.fill("duties", order_shell.duties)
        registry.fill("duties", family_shell.duties)
        registry.fill("duties", staff_shell.duties)
        registry.fill("case_panels", order_shell.panel)
        registry.fill("case_panels", family_shell.panel)
        registry.fill("home_panels", home_shell.panels)
        registry.fill("statistics", statistics.tables)
        registry.fill("timeline", timeline.sources)
        registry.fill("personal", personal_shell.panels)
        registry.fill("personal", staff_shell.panels)
        registry.fill("notices", notice_shell.notices)
        registry.fill("case_numbers", personal_shell.numbers)
        registry.fill("hears", hook_sender.reads)
        registry.fill("still_open", closing.still_open)
        registry.fill("case_of_number", personal_shell.case_of_number)
