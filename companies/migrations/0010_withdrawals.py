"""Entries that were taken back, and the words for the lists that a company was first and last in."""

import django.db.models.deletion
from django.db import migrations, models

# Law: an entry that was taken back does not hold, whoever writes to the tables.
_REFUSE = """
CREATE FUNCTION refuse_withdrawn_entry_that_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM listing_snapshots JOIN snapshot_withdrawals ON entry_id = listing_snapshots.id
        WHERE listing_snapshots.id = CASE TG_TABLE_NAME WHEN 'listing_snapshots' THEN (to_jsonb(NEW)->>'id')::bigint
            ELSE (to_jsonb(NEW)->>'entry_id')::bigint END
            AND NOT listing_snapshots.is_superseded
    ) THEN
        RAISE EXCEPTION 'a withdrawn entry must not hold'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_snapshot_withdrawals_not_holding';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tr_listing_snapshots_not_holding AFTER UPDATE OF is_superseded ON listing_snapshots
    FOR EACH ROW WHEN (NOT NEW.is_superseded) EXECUTE FUNCTION refuse_withdrawn_entry_that_holds();
CREATE TRIGGER tr_snapshot_withdrawals_not_holding AFTER INSERT OR UPDATE ON snapshot_withdrawals
    FOR EACH ROW EXECUTE FUNCTION refuse_withdrawn_entry_that_holds();
CREATE TRIGGER tr_snapshot_withdrawals_generation AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON snapshot_withdrawals
    FOR EACH STATEMENT EXECUTE FUNCTION advance_generation('companies');
"""
_ALLOW = """
DROP TRIGGER tr_snapshot_withdrawals_generation ON snapshot_withdrawals;
DROP TRIGGER tr_snapshot_withdrawals_not_holding ON snapshot_withdrawals;
DROP TRIGGER tr_listing_snapshots_not_holding ON listing_snapshots;
DROP FUNCTION refuse_withdrawn_entry_that_holds;
"""


class Migration(migrations.Migration):
    dependencies = [("companies", "0009_event_intervals"), ("api", "0002_data_generations")]

    operations = [
        migrations.AlterModelOptions(
            name="listingsnapshot",
            options={
                "ordering": ["-date_in_force", "-id"],
                "permissions": [("withdraw_listingsnapshot", "取り込んだ一覧を取り消せる")],
                "verbose_name": "スナップショット",
                "verbose_name_plural": "スナップショット",
            },
        ),
        migrations.AlterField(
            model_name="company",
            name="first_seen_on",
            field=models.DateField(verbose_name="初めて載った一覧"),
        ),
        migrations.AlterField(
            model_name="company",
            name="last_seen_on",
            field=models.DateField(verbose_name="最後に載った一覧"),
        ),
        migrations.CreateModel(
            name="SnapshotWithdrawal",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="withdrawal",
                        serialize=False,
                        to="companies.listingsnapshot",
                        verbose_name="スナップショット",
                    ),
                ),
                ("reason", models.TextField(verbose_name="理由")),
                ("withdrawn_by", models.TextField(verbose_name="取り消した人")),
                ("withdrawn_at", models.DateTimeField(verbose_name="取消日時")),
            ],
            options={
                "verbose_name": "スナップショットの取消",
                "verbose_name_plural": "スナップショットの取消",
                "db_table": "snapshot_withdrawals",
                "constraints": [
                    models.CheckConstraint(
                        condition=~models.Q(("reason", "")) & ~models.Q(("withdrawn_by", "")),
                        name="ck_snapshot_withdrawals_explained",
                    )
                ],
            },
        ),
        migrations.RunSQL(_REFUSE, _ALLOW),
    ]
