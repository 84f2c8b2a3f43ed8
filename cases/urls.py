"""Addresses of cases; they carry ids, never names or numbers."""

from django.urls import path

from cases import views

app_name = "cases"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("new/", views.register, name="register"),
    path("new/child/", views.child_check, name="child_check"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/details/", views.details, name="details"),
    path("<uuid:pk>/age/", views.correct_age, name="age"),
    path("<uuid:pk>/home/", views.confirm_home, name="confirm_home"),
    path("<uuid:pk>/move/", views.move, name="move"),
]
