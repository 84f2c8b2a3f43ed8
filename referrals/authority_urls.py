"""Addresses of the state bodies, their members, and the drill."""

from django.urls import path

from referrals import authority_member_views, authority_views, drill_views, program_views

app_name = "authorities"
urlpatterns = [
    path("", authority_views.bodies, name="bodies"),
    path("new/", authority_views.new, name="new"),
    path("rename/", authority_views.rename_all, name="rename_all"),
    path("rename/take-back/", authority_views.take_back_all, name="take_back_all"),
    path("names/<int:pk>/take-back/", authority_views.take_back, name="take_back"),
    path("members/<int:pk>/codes/", authority_member_views.codes, name="codes"),
    path("members/<int:pk>/away/", authority_member_views.away, name="away"),
    path("programs/<int:pk>/key/", program_views.renew, name="renew_program"),
    path("programs/<int:pk>/end/", program_views.end, name="end_program"),
    path("mine/", authority_member_views.mine, name="mine"),
    path("mine/<int:pk>/back/", authority_member_views.mine_back, name="mine_back"),
    path("away/<int:pk>/back/", authority_member_views.back, name="back"),
    path("drills/", drill_views.overview, name="drills"),
    path("drills/start/", drill_views.start, name="start_drill"),
    path("drills/<uuid:pk>/repair/", drill_views.repair, name="repair"),
    path("drills/<uuid:pk>/receive/", drill_views.receive, name="receive_drill"),
    path("<uuid:pk>/", authority_views.body, name="body"),
    path("<uuid:pk>/change/", authority_views.change, name="change"),
    path("<uuid:pk>/system/", authority_views.system, name="system"),
    path("<uuid:pk>/rename/", authority_views.rename, name="rename"),
    path("<uuid:pk>/end/", authority_views.end, name="end"),
    path("<uuid:pk>/stay/", authority_views.stay, name="stay"),
    path("<uuid:pk>/members/new/", authority_member_views.new, name="new_member"),
    path("<uuid:pk>/programs/new/", program_views.new, name="new_program"),
]
