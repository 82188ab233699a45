"""The page for people who write programs, the schema, and the pages that show it."""

from django.contrib.admin.views.decorators import staff_member_required
from django.urls import path
from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerView

from api.developers_page import developers_page
from api.endpoints.schema_view import SchemaView

urlpatterns = [
    path("", developers_page, name="developers"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", staff_member_required(SpectacularSwaggerView.as_view(url_name="schema")), name="docs"),
    path("redoc/", staff_member_required(SpectacularRedocView.as_view(url_name="schema")), name="redoc"),
]
