"""Addresses of the houses."""

from django.urls import path

from rehabilitation import bed_views, house_views, stay_views

app_name = "house"
urlpatterns = [
    path("", house_views.residents, name="residents"),
    path("log/", house_views.write_log, name="log"),
    path("stays/<uuid:pk>/out/", house_views.say_out, name="out"),
    path("stays/<uuid:pk>/incident/", house_views.report_incident, name="incident"),
    path("stays/<uuid:pk>/longer/", house_views.longer, name="stay_longer"),
    path("roster/", house_views.roster, name="roster"),
    path("roster/<int:pk>/drop/", house_views.drop_shift, name="drop_shift"),
    path("beds/", bed_views.houses, name="beds"),
    path("beds/new/", bed_views.edit, name="new_house"),
    path("beds/<int:pk>/", bed_views.edit, name="edit_house"),
    path("occupancy/", bed_views.occupancy, name="occupancy"),
    path("stays/<uuid:pk>/come/", house_views.arrive, name="arrive"),
    path("case/<uuid:pk>/", stay_views.place, name="place"),
    path("case/<uuid:pk>/come/", stay_views.come, name="come"),
    path("case/<uuid:pk>/leave/", stay_views.leave, name="leave"),
    path("case/<uuid:pk>/longer/", stay_views.longer, name="longer"),
    path("extensions/<uuid:pk>/", stay_views.decide, name="decide"),
]
