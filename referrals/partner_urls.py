"""Addresses of referrals to partners: for the centre, for the partner (`portal/`), for the administrator."""

from django.urls import path

from referrals import member_views, partner_views, portal_views

app_name = "partners"
urlpatterns = [
    path("", partner_views.referrals, name="list"),
    path("case/<uuid:pk>/", partner_views.refer, name="refer"),
    path("members/", member_views.members, name="members"),
    path("members/new/", member_views.new, name="new_member"),
    path("portal/<uuid:pk>/", portal_views.sheet, name="sheet"),
    path("portal/<uuid:pk>/receive/", portal_views.receive, name="receive"),
    path("portal/<uuid:pk>/accept/", portal_views.accept, name="accept"),
    path("portal/<uuid:pk>/decline/", portal_views.decline, name="decline"),
    path("portal/<uuid:pk>/ask/", portal_views.ask, name="ask"),
    path("portal/<uuid:pk>/report/", portal_views.report, name="report"),
    path("<uuid:pk>/", partner_views.referral, name="referral"),
    path("<uuid:pk>/send/", partner_views.send, name="send"),
    path("<uuid:pk>/paper/<slug:language>/", partner_views.paper, name="paper"),
    path("<uuid:pk>/again/", partner_views.again, name="again"),
    path("<uuid:pk>/withdraw/", partner_views.withdraw, name="withdraw"),
    path("<uuid:pk>/answer/", partner_views.answer, name="answer"),
    path("<uuid:pk>/enter/", partner_views.enter, name="enter"),
]
