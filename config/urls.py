"""Routes of the project."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from config.health import healthz, readyz

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("language/", set_language, name="set_language"),
    path("api/", include("config.api.urls")),
    # Words before codes: `companies/sync` would be taken for a company.
    path("api/v1/", include("syncjobs.api.urls")),
    path("api/v1/", include("datasources.api.urls")),
    path("api/v1/", include("companies.api.urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
