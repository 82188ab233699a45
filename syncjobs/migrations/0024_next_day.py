"""What a run fetched when, what a day of the calendar is, and which sources do not show the next business day's list."""

import django.db.models.deletion
from django.db import migrations, models

TRIGGER = (
    "CREATE TRIGGER tr_calendar_days_generation AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON calendar_days "
    "FOR EACH STATEMENT EXECUTE FUNCTION advance_generation('calendar')"
)


class Migration(migrations.Migration):
    dependencies = [
        ("datasources", "0007_contract_ends_on"),
        ("syncjobs", "0023_run_notes"),
        ("api", "0002_data_generations"),
    ]

    operations = [
        migrations.CreateModel(
            name="NextDayRefusal",
            fields=[
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="next_day_refusal",
                        serialize=False,
                        to="datasources.datasource",
                        verbose_name="データソース",
                    ),
                ),
                ("refused_at", models.DateTimeField(verbose_name="日時")),
                ("terms", models.CharField(max_length=64, verbose_name="契約と認証情報の指紋")),
                ("code", models.TextField(verbose_name="理由のコード")),
                ("message", models.TextField(verbose_name="理由")),
            ],
            options={
                "verbose_name": "翌営業日の一覧の対象外",
                "verbose_name_plural": "翌営業日の一覧の対象外",
                "db_table": "next_day_refusals",
            },
        ),
        migrations.AddField(
            model_name="calendarday",
            name="kind",
            field=models.TextField(
                blank=True,
                choices=[
                    ("business", "営業日"),
                    ("half_day", "半日立会日"),
                    ("closed", "休業日"),
                    ("derivatives_only", "休業日（デリバティブだけ取引）"),
                ],
                db_default="",
                default="",
                verbose_name="区分",
            ),
        ),
        migrations.AddField(
            model_name="syncrun",
            name="fetched_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="取得日時"),
        ),
        migrations.AddField(
            model_name="syncrun",
            name="is_provisional",
            field=models.BooleanField(db_default=False, default=False, verbose_name="改訂の前に取得"),
        ),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER tr_calendar_days_generation ON calendar_days"),
    ]
