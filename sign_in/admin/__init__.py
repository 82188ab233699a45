"""People in the admin, and what they changed."""

from sign_in.admin.changes import RecordedChangeAdmin
from sign_in.admin.people import StaffAdmin, StaffGroupAdmin

__all__ = ["RecordedChangeAdmin", "StaffAdmin", "StaffGroupAdmin"]
