"""Sources in the admin."""

from datasources.admin.sources import DataSourceAdmin

__all__ = ["DataSourceAdmin"]
