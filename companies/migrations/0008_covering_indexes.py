"""Indexes of versions that answer without the rows, and one that begins with the company."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("companies", "0007_event_branches")]

    operations = [
        AddIndexConcurrently(
            model_name="companyversion",
            index=models.Index(
                models.Func("validity", function="lower"),
                models.F("company"),
                include=["validity"],
                name="ix_company_versions_began",
            ),
        ),
        AddIndexConcurrently(
            model_name="companyversion",
            index=models.Index(
                models.Func("validity", function="upper"),
                models.F("company"),
                include=["validity"],
                name="ix_company_versions_ended",
            ),
        ),
        AddIndexConcurrently(
            model_name="companyversion",
            index=models.Index(
                models.F("company"),
                models.Func("validity", function="lower"),
                include=["validity"],
                name="ix_company_versions_company",
            ),
        ),
        RemoveIndexConcurrently(model_name="companyversion", name="ix_company_versions_from"),
        RemoveIndexConcurrently(model_name="companyversion", name="ix_company_versions_until"),
    ]
