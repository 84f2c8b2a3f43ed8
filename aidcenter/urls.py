"""Every address of the system; the composition root names the apps by their modules."""

from django.urls import include, path

from aidcenter import mailpage, signin, views

handler500 = "aidcenter.middleware.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    path("cases/", include("cases.urls")),
    path("referrals/", include("referrals.urls")),
    path("services/", include("rehabilitation.urls")),
    path("statistics/", views.statistics, name="statistics"),
    path("accounts/", include("allauth.urls")),
    path("demo/sign-in/", signin.demo_sign_in, name="demo_sign_in"),
    path("demo/mail/", mailpage.mails, name="demo_mail"),
    path("exit/", signin.quick_exit, name="quick_exit"),
    path("language/", signin.set_language, name="set_language"),
    path("healthz", views.healthz, name="healthz"),
]
