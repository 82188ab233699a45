"""Who changed what."""

import django.db.models.functions.datetime
from django.db import migrations, models

KINDS = [
    ("added", "追加"), ("changed", "変更"), ("deleted", "削除"), ("revoked", "失効"), ("approved", "承認"), ("rejected", "却下"),
    ("secret_changed", "認証情報・パスワードの変更"), ("second_factor_removed", "二段階認証の解除"),
]  # fmt: skip


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="RecordedChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="日時"),
                ),
                ("person", models.TextField(verbose_name="実行者")),
                ("address", models.TextField(blank=True, verbose_name="アドレス")),
                ("kind", models.TextField(choices=KINDS, verbose_name="操作")),
                ("subject_model", models.TextField(verbose_name="種別")),
                ("subject_id", models.TextField(verbose_name="対象の ID")),
                ("subject", models.TextField(verbose_name="対象")),
                ("values", models.JSONField(default=dict, verbose_name="変更内容")),
                ("reason", models.TextField(blank=True, verbose_name="理由")),
            ],
            options={
                "verbose_name": "変更の記録",
                "verbose_name_plural": "変更の記録",
                "db_table": "recorded_changes",
                "ordering": ["-made_at", "-id"],
                "indexes": [
                    models.Index(fields=["-made_at"], name="ix_recorded_changes_made"),
                    models.Index(
                        fields=["subject_model", "subject_id", "-made_at"], name="ix_recorded_changes_subject"
                    ),
                ],
            },
        ),
    ]
