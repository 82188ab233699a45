"""Bringing lists in, and what runs by itself."""

from syncjobs.admin.calendar import CalendarDayAdmin
from syncjobs.admin.issuer_uploads import IssuerListUploadAdmin
from syncjobs.admin.runs import SyncRunAdmin
from syncjobs.admin.schedules import ScheduledTaskAdmin
from syncjobs.admin.uploads import ListUploadAdmin

__all__ = ["CalendarDayAdmin", "IssuerListUploadAdmin", "ListUploadAdmin", "ScheduledTaskAdmin", "SyncRunAdmin"]
