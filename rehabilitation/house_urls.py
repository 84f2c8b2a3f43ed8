"""Addresses of the houses."""

from django.urls import path

from rehabilitation import house_views

app_name = "house"
urlpatterns = [
    path("", house_views.residents, name="residents"),
    path("log/", house_views.write_log, name="log"),
    path("stays/<uuid:pk>/out/", house_views.say_out, name="out"),
    path("stays/<uuid:pk>/incident/", house_views.report_incident, name="incident"),
    path("roster/", house_views.roster, name="roster"),
    path("roster/<int:pk>/drop/", house_views.drop_shift, name="drop_shift"),
    path("case/<uuid:pk>/", house_views.place, name="place"),
    path("case/<uuid:pk>/leave/", house_views.leave, name="leave"),
]
