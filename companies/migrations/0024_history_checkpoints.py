"""How far the history was proven, and on what: so that the next proof need not begin at the first list."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0023_accepted_differences"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoryCheckpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.BigIntegerField(verbose_name="改訂")),
                ("revision_fingerprint", models.CharField(max_length=16, verbose_name="改訂の指紋")),
                ("rows_fingerprint", models.CharField(max_length=64, verbose_name="内容の指紋")),
                ("rules", models.CharField(max_length=64, verbose_name="導出規則の指紋")),
                ("rests_on", models.BigIntegerField(verbose_name="起点の改訂")),
                (
                    "proven_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="検証日時"),
                ),
            ],
            options={
                "verbose_name": "検証済みの地点",
                "verbose_name_plural": "検証済みの地点",
                "db_table": "history_checkpoints",
                "ordering": ["-revision", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("rests_on__gte", 0), ("rests_on__lte", models.F("revision"))),
                        name="ck_history_checkpoints_go_on",
                    )
                ],
            },
        ),
    ]
