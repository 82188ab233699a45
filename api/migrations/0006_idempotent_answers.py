"""The first answers to requests with an `Idempotency-Key`, for a day."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0005_keys_end_with_their_person"),
    ]

    operations = [
        migrations.CreateModel(
            name="IdempotentAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("caller", models.TextField(verbose_name="呼び出し元")),
                ("key_hash", models.CharField(max_length=64, verbose_name="キーのハッシュ")),
                ("fingerprint", models.CharField(max_length=64, verbose_name="リクエストのハッシュ")),
                ("status", models.PositiveSmallIntegerField(verbose_name="ステータス")),
                ("sealed", models.BinaryField(verbose_name="応答（暗号化）")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="作成日時"),
                ),
            ],
            options={
                "verbose_name": "保存された応答",
                "verbose_name_plural": "保存された応答",
                "db_table": "idempotent_answers",
                "indexes": [models.Index(fields=["created_at"], name="ix_idempotent_answers_created")],
                "constraints": [
                    models.UniqueConstraint(fields=("caller", "key_hash"), name="uq_idempotent_answers_key"),
                    models.CheckConstraint(
                        condition=models.Q(("status__gte", 200), ("status__lt", 500)),
                        name="ck_idempotent_answers_status",
                    ),
                ],
            },
        ),
    ]
