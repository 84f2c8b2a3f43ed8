"""Whether notifications get through, to anybody who asks: names and yes or no, no number and no case."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from referrals import watch
from referrals.models import Health


@require_GET
def health(_: HttpRequest) -> HttpResponse:
    """200 when all is well; 503 when something is wrong, or the watch has not looked for a minute."""
    rows = list(Health.objects.order_by("what"))
    checks, silent = {row.what: row.ok for row in rows}, not rows or watch.is_silent(rows)
    ok = not silent and all(checks.values())
    return JsonResponse({"ok": ok, "watch": not silent, "checks": checks}, status=200 if ok else 503)
