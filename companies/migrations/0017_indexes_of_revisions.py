"""What a revision recorded, and the versions of a code, found at once. Built beside those who write."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("companies", "0016_revisions")]
    operations = [
        AddIndexConcurrently(
            "companyversion", models.Index(fields=["recorded_in"], name="ix_company_versions_recorded")
        ),
        AddIndexConcurrently(
            "companyversion",
            models.Index(
                models.F("code"), models.Func("validity", function="lower"), include=("validity",),
                name="ix_company_versions_code",
            ),
        ),
    ]  # fmt: skip
