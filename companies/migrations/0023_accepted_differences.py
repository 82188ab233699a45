"""Differences between official days and lists that a person accepted; what is counted of them is kept for a generation."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0022_issuers_are_told"),
    ]

    operations = [
        migrations.CreateModel(
            name="AcceptedDifference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.TextField(unique=True, verbose_name="相違")),
                ("reason", models.TextField(verbose_name="受け入れる理由")),
                ("accepted_by", models.CharField(max_length=200, verbose_name="受け入れた人")),
                (
                    "accepted_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="受け入れた日時"
                    ),
                ),
            ],
            options={
                "verbose_name": "受け入れた相違",
                "verbose_name_plural": "受け入れた相違",
                "db_table": "accepted_differences",
                "ordering": ["key"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True), models.Q(("accepted_by", ""), _negated=True)
                        ),
                        name="ck_accepted_differences_told",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            "CREATE TRIGGER tr_accepted_differences_generation AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON accepted_differences "
            "FOR EACH STATEMENT EXECUTE FUNCTION advance_generation('companies')",
            "DROP TRIGGER tr_accepted_differences_generation ON accepted_differences",
        ),
    ]
