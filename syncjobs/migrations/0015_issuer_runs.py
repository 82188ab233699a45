"""Runs that fetch lists of issuers, and uploads of them."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("syncjobs", "0014_roles_see_issuers")]

    operations = [
        migrations.RemoveConstraint(model_name="syncrun", name="ck_sync_runs_range"),
        migrations.AlterField(
            model_name="syncrun",
            name="kind",
            field=models.TextField(
                choices=[
                    ("listing", "一覧の同期"),
                    ("backfill", "期間の一括取得"),
                    ("quotes", "株価の更新"),
                    ("issuers", "発行体の一覧の取得"),
                ],
                default="listing",
                verbose_name="種別",
            ),
        ),
        AddConstraintNotValid(
            model_name="syncrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "listing"), ("range_end", None)),
                    models.Q(("kind__in", ("quotes", "issuers")), ("range_end", None), ("requested_date", None)),
                    models.Q(
                        ("kind", "backfill"),
                        ("range_end__isnull", False),
                        ("requested_date__isnull", False),
                        ("range_end__gte", models.F("requested_date")),
                    ),
                    _connector="OR",
                ),
                name="ck_sync_runs_range",
            ),
        ),
        migrations.AddField(
            model_name="listupload",
            name="kind",
            field=models.TextField(
                choices=[("listing", "上場銘柄一覧"), ("issuers", "EDINET コード一覧")],
                db_default="listing",
                default="listing",
                verbose_name="種別",
            ),
        ),
        migrations.CreateModel(
            name="IssuerListUpload",
            fields=[],
            options={
                "verbose_name": "EDINET コード一覧の取込",
                "verbose_name_plural": "EDINET コード一覧の取込",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("syncjobs.listupload",),
        ),
    ]
