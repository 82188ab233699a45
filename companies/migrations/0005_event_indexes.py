"""Events of a period, also the delisted, and both neighbours of a version: each by one index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("companies", "0004_export_permission")]

    operations = [
        migrations.RemoveIndex(model_name="companyversion", name="ix_company_versions_from"),
        migrations.RemoveIndex(model_name="companyversion", name="ix_company_versions_until"),
        migrations.AddIndex(
            model_name="companyversion",
            index=models.Index(
                models.Func("validity", function="lower"), models.F("company"), name="ix_company_versions_from"
            ),
        ),
        migrations.AddIndex(
            model_name="companyversion",
            index=models.Index(
                models.Func("validity", function="upper"), models.F("company"), name="ix_company_versions_until"
            ),
        ),
    ]
