"""Addresses of notifications and of referrals to partners in the API."""

from django.urls import path

from referrals.api import notifications, partners, sheets, words

urlpatterns = [
    path("notifications/", notifications.Notifications.as_view()),
    path("notifications/held/", notifications.HeldNotifications.as_view()),
    path("notifications/<uuid:pk>/", notifications.NotificationRow.as_view()),
    path("notifications/<uuid:pk>/acknowledge/", notifications.Acknowledge.as_view()),
    path("notifications/<uuid:pk>/open/", notifications.Open.as_view()),
    path("notifications/<uuid:pk>/decide/", notifications.Decide.as_view()),
    path("notifications/<uuid:pk>/cancel/", notifications.Cancel.as_view()),
    path("notifications/<uuid:pk>/release/", notifications.Release.as_view()),
    path("notifications/<uuid:pk>/document/", notifications.Document.as_view()),
    path("notifications/<uuid:pk>/paper/", notifications.Paper.as_view()),
    path("notifications/<uuid:pk>/guardian/", notifications.Guardian.as_view()),
    path("notifications/<uuid:pk>/words/", words.Words.as_view()),
    path("words/<uuid:pk>/", words.WordRow.as_view()),
    path("words/<uuid:pk>/answer/", words.Answer.as_view()),
    path("words/<uuid:pk>/propose/", words.Propose.as_view()),
    path("words/<uuid:pk>/approve/", words.Approve.as_view()),
    path("words/<uuid:pk>/refuse/", words.RefuseField.as_view()),
    path("notifications/<uuid:pk>/asides/", words.Asides.as_view()),
    path("asides/<uuid:pk>/seen/", words.AsideSeen.as_view()),
    path("referrals/", partners.Referrals.as_view()),
    path("cases/<uuid:pk>/referrals/", partners.CaseReferrals.as_view()),
    path("referrals/<uuid:pk>/", partners.ReferralRow.as_view()),
    path("referrals/<uuid:pk>/preview/", partners.Preview.as_view()),
    path("referrals/<uuid:pk>/send/", partners.Send.as_view()),
    path("referrals/<uuid:pk>/withdraw/", partners.Withdraw.as_view()),
    path("referrals/<uuid:pk>/again/", partners.Again.as_view()),
    path("referrals/<uuid:pk>/answer/", partners.Answer.as_view()),
    path("referrals/<uuid:pk>/enter/", partners.Enter.as_view()),
    path("sheets/", sheets.Sheets.as_view()),
    path("sheets/<uuid:pk>/", sheets.SheetRow.as_view()),
    path("sheets/<uuid:pk>/open/", sheets.Open.as_view()),
    path("sheets/<uuid:pk>/receive/", sheets.Receive.as_view()),
    path("sheets/<uuid:pk>/accept/", sheets.Accept.as_view()),
    path("sheets/<uuid:pk>/decline/", sheets.Decline.as_view()),
    path("sheets/<uuid:pk>/ask/", sheets.Ask.as_view()),
    path("sheets/<uuid:pk>/report/", sheets.Report.as_view()),
]
