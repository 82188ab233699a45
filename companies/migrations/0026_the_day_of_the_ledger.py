"""The day as of which companies are, and those that are still to come. What there is keeps its meaning: revisions without a day showed the
newest list of all, and so does the release before, which may go on writing meanwhile.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0025_history_proofs"),
    ]

    operations = [
        migrations.AddField(
            model_name="ledgerrevision",
            name="day",
            field=models.DateField(null=True, verbose_name="時点"),
        ),
        migrations.AddField(
            model_name="company",
            name="is_coming",
            field=models.BooleanField(db_default=False, editable=False, verbose_name="これから上場"),
        ),
        migrations.AlterField(
            model_name="ledgerrevision",
            name="kind",
            field=models.TextField(
                choices=[
                    ("applied", "一覧の取込"),
                    ("superseded", "一覧の差替"),
                    ("kept", "一覧の保管"),
                    ("withdrawn", "一覧の取消"),
                    ("rebuilt", "履歴の再導出"),
                    ("issuer_list", "EDINET コード一覧の取込"),
                    ("issuer_list_withdrawn", "EDINET コード一覧の取消"),
                    ("official_dates", "公式の上場日・廃止日の取込"),
                    ("identifiers", "識別子の取込"),
                    ("decision", "承継の判断"),
                    ("in_force", "一覧の発効"),
                ],
                verbose_name="種別",
            ),
        ),
    ]
