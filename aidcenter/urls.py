"""Every address of the system; the composition root names the apps by their modules."""

from allauth.account import views as account
from django.urls import include, path

from aidcenter import (
    auditpage,
    help_views,
    idle,
    mailpage,
    notice_views,
    personal_views,
    recovery,
    signin,
    views,
    wording_views,
)
from aidcenter.api import described, key_views

handler403 = "aidcenter.views.refused"
handler500 = "aidcenter.middleware.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    path("cases/", include("cases.urls")),
    path("referrals/partners/", include("referrals.partner_urls")),
    path("referrals/authorities/", include("referrals.authority_urls")),
    path("referrals/", include("referrals.urls")),
    path("services/payments/", include("rehabilitation.payment_urls")),
    path("services/", include("rehabilitation.urls")),
    path("reports/", include("rehabilitation.report_urls")),
    path("plans/", include("rehabilitation.plan_urls")),
    path("house/", include("rehabilitation.house_urls")),
    path("calendar/", include("rehabilitation.calendar_urls")),
    path("feed/", include("rehabilitation.feed_urls")),  # a key instead of a session
    path("me/hooks/", include("cases.hook_urls")),
    path("staff/settings/codes/", wording_views.lists, name="code_lists"),
    path("staff/settings/codes/<slug:name>/", wording_views.one_list, name="code_list"),
    path("staff/settings/codes/<slug:name>/new/", wording_views.new, name="new_code"),
    path("staff/settings/codes/<slug:name>/<slug:code>/", wording_views.code, name="code"),
    path("staff/settings/languages/", wording_views.languages, name="letter_languages"),
    path("staff/", include("cases.staff_urls")),
    path("me/keys/", key_views.keys, name="api_keys"),
    path("me/keys/<uuid:pk>/revoke/", key_views.revoke, name="revoke_api_key"),
    path("me/api/", described.page, name="api_description"),
    path("me/api/openapi.json", described.download, name="api_download"),
    path("api/v1/", include("aidcenter.api.urls")),
    path("api/v1/", include("cases.api.urls")),
    path("api/v1/", include("rehabilitation.api.urls")),
    path("api/v1/", include("referrals.api.urls")),
    path("me/", personal_views.own, name="personal"),
    path("me/notices/", notice_views.own, name="own_notices"),
    path("me/sessions/end/", personal_views.end_sessions, name="end_sessions"),
    path("me/record/", personal_views.record, name="own_record"),
    path("help/", help_views.index, name="help"),
    path("help/glossary/", help_views.glossary, name="glossary"),
    path("help/keys/", help_views.keys, name="keys"),
    path("help/guide/", help_views.guide_paper, name="guide"),
    path("help/tour/", help_views.tour, name="tour"),
    path("help/tour/end/", help_views.end_tour, name="end_tour"),
    path("audit/", auditpage.events, name="audit"),
    path("statistics/", views.statistics, name="statistics"),
    # Of allauth only what staff need: nobody signs up, and a lost password is an administrator's act.
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", signin.change_password, name="account_change_password"),
    path("accounts/idle/", idle.idle, name="idle"),
    path("accounts/unlock/", idle.unlock, name="unlock"),
    path("accounts/lost-factor/", recovery.lost_factor, name="lost_factor"),
    path("staff/recovery/<uuid:pk>/", recovery.vouch, name="recovery"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("demo/sign-in/", signin.demo_sign_in, name="demo_sign_in"),
    path("demo/mail/", mailpage.mails, name="demo_mail"),
    path("exit/", signin.quick_exit, name="quick_exit"),
    path("language/", signin.set_language, name="set_language"),
    path("healthz", views.healthz, name="healthz"),
    path("health/", include("referrals.health_urls")),
]
