"""Revisions of the ledger, versions that were taken back, and which entry held when; nothing in them yet."""

import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0015_english_name_label"),
        ("masters", "0005_validate_foreign_key"),
    ]

    operations = [
        migrations.CreateModel(
            name="KnownEntry",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="companies.listingsnapshot",
                        verbose_name="スナップショット",
                    ),
                ),
                ("date_in_force", models.DateField(verbose_name="基準日")),
            ],
            options={
                "verbose_name": "当時有効だった一覧",
                "verbose_name_plural": "当時有効だった一覧",
                "db_table": "known_entries",
                "ordering": ["date_in_force"],
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="KnownEvent",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("code", models.TextField(verbose_name="コード")),
                ("event_date", models.DateField(verbose_name="日付")),
                (
                    "event_type",
                    models.TextField(
                        choices=[
                            ("listed", "新規上場"),
                            ("delisted", "上場廃止"),
                            ("relisted", "再上場"),
                            ("renamed", "銘柄名変更"),
                            ("market_changed", "市場区分変更"),
                            ("sector_changed", "業種変更"),
                            ("scale_changed", "規模区分変更"),
                            ("margin_changed", "信用区分変更"),
                            ("product_changed", "商品区分変更"),
                        ],
                        verbose_name="種別",
                    ),
                ),
                ("old_value", models.TextField(null=True, verbose_name="変更前")),
                ("new_value", models.TextField(null=True, verbose_name="変更後")),
                ("changes", models.JSONField(verbose_name="変更内容")),
                ("company_name", models.TextField(verbose_name="当時の銘柄名")),
                ("observed_after", models.DateField(null=True, verbose_name="変化前の最後の一覧")),
            ],
            options={
                "verbose_name": "当時知られていたイベント",
                "verbose_name_plural": "当時知られていたイベント",
                "db_table": "known_listing_events",
                "ordering": ["-event_date", "code", "event_type"],
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="KnownVersion",
            fields=[
                ("company_name", models.TextField(verbose_name="銘柄名")),
                ("company_name_english", models.TextField(blank=True, null=True, verbose_name="英語名")),
                ("scale_category", models.TextField(blank=True, null=True, verbose_name="規模区分")),
                (
                    "margin_code",
                    models.TextField(
                        blank=True,
                        choices=[("1", "信用"), ("2", "貸借"), ("3", "その他")],
                        null=True,
                        verbose_name="信用区分",
                    ),
                ),
                (
                    "product_category",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("011", "内国株券"),
                            ("012", "優先出資証券"),
                            ("013", "REIT"),
                            ("014", "ETF"),
                            ("021", "外国株券"),
                            ("022", "外国REIT"),
                            ("023", "外国ETF"),
                            ("024", "外国株預託証券"),
                        ],
                        null=True,
                        verbose_name="商品区分",
                    ),
                ),
                ("search_text", models.TextField(editable=False, verbose_name="検索用文字列")),
                ("validity", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="有効期間")),
                ("code", models.TextField(db_column="company_code", editable=False, null=True, verbose_name="コード")),
                ("recorded_in", models.BigIntegerField(null=True, verbose_name="記録した改訂")),
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                "verbose_name": "当時知られていた版",
                "verbose_name_plural": "当時知られていた版",
                "db_table": "known_versions",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="EntryHolding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date_in_force", models.DateField(verbose_name="基準日")),
                ("held_from", models.BigIntegerField(verbose_name="有効になった改訂")),
                ("held_until", models.BigIntegerField(null=True, verbose_name="有効でなくなった改訂")),
            ],
            options={
                "verbose_name": "有効だった期間",
                "verbose_name_plural": "有効だった期間",
                "db_table": "entry_holdings",
            },
        ),
        migrations.CreateModel(
            name="LedgerRevision",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="改訂")),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("applied", "一覧の取込"),
                            ("superseded", "一覧の差替"),
                            ("kept", "一覧の保管"),
                            ("withdrawn", "一覧の取消"),
                            ("rebuilt", "履歴の再導出"),
                        ],
                        verbose_name="種別",
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="記録日時")),
                ("fingerprint", models.CharField(max_length=16, verbose_name="指紋")),
            ],
            options={
                "verbose_name": "改訂",
                "verbose_name_plural": "改訂",
                "db_table": "ledger_revisions",
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="WithdrawnVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("company_name", models.TextField(verbose_name="銘柄名")),
                ("company_name_english", models.TextField(blank=True, null=True, verbose_name="英語名")),
                ("scale_category", models.TextField(blank=True, null=True, verbose_name="規模区分")),
                (
                    "margin_code",
                    models.TextField(
                        blank=True,
                        choices=[("1", "信用"), ("2", "貸借"), ("3", "その他")],
                        null=True,
                        verbose_name="信用区分",
                    ),
                ),
                (
                    "product_category",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("011", "内国株券"),
                            ("012", "優先出資証券"),
                            ("013", "REIT"),
                            ("014", "ETF"),
                            ("021", "外国株券"),
                            ("022", "外国REIT"),
                            ("023", "外国ETF"),
                            ("024", "外国株預託証券"),
                        ],
                        null=True,
                        verbose_name="商品区分",
                    ),
                ),
                ("search_text", models.TextField(editable=False, verbose_name="検索用文字列")),
                ("validity", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="有効期間")),
                ("code", models.TextField(db_column="company_code", editable=False, null=True, verbose_name="コード")),
                ("recorded_in", models.BigIntegerField(null=True, verbose_name="記録した改訂")),
                ("withdrawn_in", models.BigIntegerField(verbose_name="取り下げた改訂")),
            ],
            options={
                "verbose_name": "取り下げられた版",
                "verbose_name_plural": "取り下げられた版",
                "db_table": "withdrawn_versions",
            },
        ),
        migrations.AddField(
            model_name="companyversion",
            name="code",
            field=models.TextField(db_column="company_code", editable=False, null=True, verbose_name="コード"),
        ),
        migrations.AddField(
            model_name="companyversion",
            name="recorded_in",
            field=models.BigIntegerField(null=True, verbose_name="記録した改訂"),
        ),
        migrations.AddField(
            model_name="entryholding",
            name="entry",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="holdings",
                to="companies.listingsnapshot",
                verbose_name="スナップショット",
            ),
        ),
        migrations.AddField(
            model_name="ledgerrevision",
            name="entry",
            field=models.ForeignKey(
                blank=True,
                null=True,
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="revisions",
                to="companies.listingsnapshot",
                verbose_name="スナップショット",
            ),
        ),
        migrations.AddField(
            model_name="withdrawnversion",
            name="market",
            field=models.ForeignKey(
                blank=True,
                db_column="market_code",
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="masters.market",
                to_field="code",
                verbose_name="市場区分",
            ),
        ),
        migrations.AddField(
            model_name="withdrawnversion",
            name="sector17",
            field=models.ForeignKey(
                blank=True,
                db_column="sector17_code",
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="masters.sector17",
                to_field="code",
                verbose_name="17業種",
            ),
        ),
        migrations.AddField(
            model_name="withdrawnversion",
            name="sector33",
            field=models.ForeignKey(
                blank=True,
                db_column="sector33_code",
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="masters.sector33",
                to_field="code",
                verbose_name="33業種",
            ),
        ),
        migrations.AddIndex(
            model_name="entryholding",
            index=models.Index(fields=["date_in_force", "held_from"], name="ix_entry_holdings_date"),
        ),
        migrations.AddConstraint(
            model_name="entryholding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("held_until", None)), fields=("date_in_force",), name="uq_entry_holdings_now"
            ),
        ),
        migrations.AddConstraint(
            model_name="entryholding",
            constraint=models.CheckConstraint(
                condition=models.Q(("held_until", None), ("held_from__lt", models.F("held_until")), _connector="OR"),
                name="ck_entry_holdings_for_a_while",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerrevision",
            constraint=models.UniqueConstraint(fields=("recorded_at",), name="uq_ledger_revisions_moment"),
        ),
        migrations.AddConstraint(
            model_name="ledgerrevision",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="ck_ledger_revisions_from_one"
            ),
        ),
        migrations.AddIndex(
            model_name="withdrawnversion",
            index=models.Index(fields=["withdrawn_in"], name="ix_withdrawn_versions_in"),
        ),
        migrations.AddIndex(
            model_name="withdrawnversion",
            index=models.Index(fields=["recorded_in"], name="ix_withdrawn_versions_recorded"),
        ),
        migrations.AddIndex(
            model_name="withdrawnversion",
            index=models.Index(
                models.F("code"), models.Func("validity", function="lower"), name="ix_withdrawn_versions_code"
            ),
        ),
        migrations.AddIndex(
            model_name="withdrawnversion",
            index=django.contrib.postgres.indexes.GistIndex(
                models.F("validity"),
                models.Func(
                    "recorded_in",
                    "withdrawn_in",
                    function="int8range",
                    output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                ),
                name="ix_withdrawn_versions_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawnversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("recorded_in__lt", models.F("withdrawn_in"))),
                name="ck_withdrawn_versions_known_for_a_while",
            ),
        ),
    ]
