"""Which lists were fetched before they could be revised no more. Nothing that the code before reads changes."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

TRIGGER = (
    "CREATE TRIGGER tr_provisional_lists_generation AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON provisional_lists "
    "FOR EACH STATEMENT EXECUTE FUNCTION advance_generation('companies')"
)
# Only what is still to come: who asked for the list of tomorrow by hand has it confirmed like any other.
NOTED = """
    INSERT INTO provisional_lists (entry_id, revisable_until)
    SELECT id, (date_in_force + time '08:00') AT TIME ZONE 'Asia/Tokyo' FROM listing_snapshots
    WHERE source = 'jquants' AND NOT is_superseded AND date_in_force >= (now() AT TIME ZONE 'Asia/Tokyo')::date
        AND recorded_at < (date_in_force + time '08:00') AT TIME ZONE 'Asia/Tokyo'
"""


class Migration(migrations.Migration):
    dependencies = [("companies", "0026_the_day_of_the_ledger"), ("api", "0002_data_generations")]

    operations = [
        migrations.CreateModel(
            name="ProvisionalList",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="provisional",
                        serialize=False,
                        to="companies.listingsnapshot",
                        verbose_name="スナップショット",
                    ),
                ),
                ("revisable_until", models.DateTimeField(verbose_name="改訂の期限")),
                (
                    "noted_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="記録日時"),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="確定日時")),
                ("confirmed_by_run", models.UUIDField(blank=True, null=True, verbose_name="確定した同期")),
            ],
            options={
                "verbose_name": "暫定の一覧",
                "verbose_name_plural": "暫定の一覧",
                "db_table": "provisional_lists",
                "indexes": [
                    models.Index(
                        condition=models.Q(("confirmed_at", None)),
                        fields=["revisable_until"],
                        name="ix_provisional_lists_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_at", None),
                            ("confirmed_at__gte", models.F("revisable_until")),
                            _connector="OR",
                        ),
                        name="ck_provisional_lists_confirmed",
                    )
                ],
            },
        ),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER tr_provisional_lists_generation ON provisional_lists"),
        migrations.RunSQL(NOTED, migrations.RunSQL.noop),
    ]
