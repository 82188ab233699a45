"""Bringing lists in, and what runs by itself."""

from syncjobs.admin.runs import SyncRunAdmin
from syncjobs.admin.schedules import ScheduledTaskAdmin
from syncjobs.admin.uploads import ListUploadAdmin

__all__ = ["ListUploadAdmin", "ScheduledTaskAdmin", "SyncRunAdmin"]
