"""Routes of the project; probes and metrics are answered before them (`operations.probes`)."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView
from django.views.i18n import set_language

from operations.state_page import state_page, state_parts
from sign_in.bookmarks import add_slash, login_page, logout_page
from sign_in.views import code_page, second_factor_page
from subscriptions.feed_view import feed_view
from subscriptions.stop_view import stop_mail

# Below the admin, so that who is not signed in yet, or only half, does that first and comes back.
company_of_code = RedirectView.as_view(pattern_name="admin:companies_company_code")

# Of the first page; Django calls it the administration of a site.
admin.site.index_title = _("ホーム")

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    re_path(r"^admin(?:/.*[^/])?$", add_slash),
    path("admin/login/", login_page),
    path("admin/logout/", logout_page),
    path("admin/second-factor/", admin.site.admin_view(second_factor_page), name="second_factor"),
    path("admin/second-factor/code/", admin.site.admin_view(code_page), name="second_factor_code"),
    path("admin/operations/", admin.site.admin_view(state_page), name="operations_state"),
    path("admin/operations/parts/", admin.site.admin_view(state_parts), name="operations_state_parts"),
    path("admin/", admin.site.urls),
    # What people type and send: the page of a company by its code.
    re_path(r"^company/?$", RedirectView.as_view(pattern_name="admin:companies_company_changelist")),
    path("company/<str:code>", company_of_code, name="company"),
    path("company/<str:code>/", company_of_code),
    re_path(r"^(?P<code>\d[\dA-Za-z]{3,4})/?$", company_of_code),
    path("language/", set_language, name="set_language"),
    # Read and stopped by who has the address, signed in or not.
    re_path(r"^feeds/(?P<token>[\w-]{1,100})\.atom$", feed_view, name="feed"),
    path("notifications/stop/<str:token>/", stop_mail, name="stop_mail"),
    path("api/", include("api.urls")),
    # Words before codes: `companies/sync` would be taken for a company.
    path("api/v1/", include("masters.api.urls")),
    path("api/v1/", include("syncjobs.api.urls")),
    path("api/v1/", include("datasources.api.urls")),
    path("api/v1/", include("companies.api.urls")),
]

handler500 = "operations.failures.failure_page"
