"""Companies are found by either identifier of their issuer."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("companies", "0020_who_stands_behind")]

    operations = [
        AddIndexConcurrently("company", models.Index(fields=["edinet_code"], name="ix_companies_edinet_code")),
        AddIndexConcurrently(
            "company", models.Index(fields=["corporate_number"], name="ix_companies_corporate_number")
        ),
    ]
