"""What the law asks for a child: state bodies, notifications, delivery, acknowledgement; and partners."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ReferralsConfig(AppConfig):
    """Fills the slots with what notifications and referrals know."""

    name = "referrals"

    def ready(self) -> None:
        """Fill the slots."""
        from aidcenter import registry  # noqa: PLC0415 - apps are loaded only now
        from referrals import (  # noqa: PLC0415
            actions,
            answer_shell,
            authority_shell,
            heard,
            ladder_shell,
            notice_shell,
            partner_shell,
            portal_views,
            rules,
            shell,
            watch,
        )

        registry.fill("navigation", shell.navigation)
        registry.fill("duties", shell.duties)
        registry.fill("timeline", shell.timeline)
        for slot in ("duties", "timeline"):
            registry.fill(slot, getattr(ladder_shell, slot))
            registry.fill(slot, getattr(answer_shell, slot))
        registry.fill("case_panels", shell.panel)
        registry.fill("case_badges", shell.badges)
        registry.fill("still_open", shell.still_open)
        registry.fill("still_open", partner_shell.still_open)
        registry.fill("child_bodies", shell.child_bodies)
        registry.fill("child_told", shell.child_told)
        registry.fill("told_on_paper", actions.told_on_paper)
        for slot in ("navigation", "duties", "timeline"):
            registry.fill(slot, getattr(partner_shell, slot))
        registry.fill("case_panels", partner_shell.panel)
        registry.fill("home", portal_views.home)
        for slot in ("navigation", "duties"):
            registry.fill(slot, getattr(authority_shell, slot))
        registry.fill("notices", notice_shell.notices)
        registry.fill("banners", watch.banners)
        registry.fill("hears", heard.receives)
        post_migrate.connect(rules.keep, sender=self)
