"""The address that says whether notifications get through, for whoever watches the machine."""

from django.urls import path

from referrals import health_views

urlpatterns = [path("", health_views.health, name="health")]
