"""Routes of the sources' endpoint."""

from django.urls import path

from datasources.api.views import DataSourceListView

urlpatterns = [path("datasources", DataSourceListView.as_view(), name="datasource-list")]
