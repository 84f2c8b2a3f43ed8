"""Addresses of payments."""

from django.urls import path

from rehabilitation import payment_views, payment_year

app_name = "payments"
urlpatterns = [
    path("", payment_year.of_year, name="of_year"),
    path("review/", payment_views.queue, name="queue"),
    path("case/<uuid:pk>/", payment_views.ask, name="ask"),
    path("<uuid:pk>/", payment_views.payment, name="payment"),
    path("<uuid:pk>/decide/", payment_views.decide, name="decide"),
    path("<uuid:pk>/cancel/", payment_views.cancel, name="cancel"),
    path("<uuid:pk>/pay/", payment_views.pay, name="pay"),
    path("<uuid:pk>/order/", payment_views.paper, name="paper"),
]
