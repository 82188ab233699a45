"""How often each key is used; and who may make a key of their own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("api", "0002_data_generations")]

    operations = [
        migrations.AlterModelOptions(
            name="apikey",
            options={
                "ordering": ["-created_at"],
                "permissions": [("own_apikey", "自分用の読み取りキーを作り、失効させられる")],
                "verbose_name": "API キー",
                "verbose_name_plural": "API キー",
            },
        ),
        migrations.CreateModel(
            name="ApiKeyUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="日")),
                ("endpoint", models.TextField(verbose_name="エンドポイント")),
                ("requests", models.BigIntegerField(verbose_name="回数")),
                ("last_address", models.TextField(blank=True, verbose_name="最後のアドレス")),
                ("last_used_at", models.DateTimeField(verbose_name="最後の利用")),
                (
                    "key",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="api.apikey",
                        verbose_name="API キー",
                    ),
                ),
            ],
            options={
                "verbose_name": "API キーの利用",
                "verbose_name_plural": "API キーの利用",
                "db_table": "api_key_uses",
                "constraints": [
                    models.UniqueConstraint(fields=("key", "day", "endpoint"), name="uq_api_key_uses_day"),
                    models.CheckConstraint(condition=models.Q(("requests__gte", 1)), name="ck_api_key_uses_counted"),
                ],
            },
        ),
    ]
