"""What is planned with a person, and given."""

from django.apps import AppConfig


class RehabilitationConfig(AppConfig):
    """Fills the slots with what plans, services and houses know."""

    name = "rehabilitation"

    def ready(self) -> None:
        """Fill the slots."""
        from aidcenter import registry  # noqa: PLC0415 - apps are loaded only now
        from cases import kinds  # noqa: PLC0415
        from rehabilitation import (  # noqa: PLC0415
            calendar_shell,
            figures,
            house,
            house_shell,
            notice_shell,
            payment_shell,
            plan_shell,
            shell,
            work,
        )

        kinds.keep(work.KIND)
        registry.fill("sheets", figures.sheet)
        registry.fill("statistics", shell.statistics)
        registry.fill("statistics", work.statistics)
        registry.fill("timeline", shell.timeline)
        registry.fill("case_panels", plan_shell.panel)
        registry.fill("case_panels", shell.panel)
        registry.fill("case_panels", payment_shell.panel)
        registry.fill("case_panels", house_shell.panel)
        registry.fill("navigation", plan_shell.navigation)
        registry.fill("duties", plan_shell.duties)
        registry.fill("plan_ends", plan_shell.plan_ends)
        registry.fill("still_open", plan_shell.still_open)
        registry.fill("timeline", plan_shell.timeline)
        registry.fill("statistics", payment_shell.statistics)
        registry.fill("timeline", payment_shell.timeline)
        registry.fill("navigation", payment_shell.navigation)
        registry.fill("duties", payment_shell.duties)
        registry.fill("navigation", shell.navigation)
        registry.fill("duties", shell.duties)
        registry.fill("navigation", calendar_shell.navigation)
        registry.fill("navigation", house_shell.navigation)
        registry.fill("duties", house_shell.duties)
        registry.fill("notices", notice_shell.notices)
        registry.fill("on_duty", house.on_duty)
