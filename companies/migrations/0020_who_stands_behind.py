"""Who stands behind a code: lists of issuers, official dates, identifiers and successions; nothing in them yet.

Companies get columns for what is told of them beside the lists, empty until a list of issuers comes.
"""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0019_number_the_past"),
        ("masters", "0005_validate_foreign_key"),
    ]

    operations = [
        migrations.CreateModel(
            name="CompanyIdentifier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_in", models.BigIntegerField(verbose_name="記録した改訂")),
                ("withdrawn_in", models.BigIntegerField(blank=True, null=True, verbose_name="取り下げた改訂")),
                ("code", models.TextField(db_column="company_code", verbose_name="コード")),
                (
                    "scheme",
                    models.TextField(choices=[("isin", "ISIN"), ("figi", "FIGI"), ("lei", "LEI")], verbose_name="体系"),
                ),
                ("value", models.TextField(verbose_name="値")),
                ("validity", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="有効期間")),
                ("origin", models.TextField(verbose_name="出所")),
            ],
            options={
                "verbose_name": "識別子",
                "verbose_name_plural": "識別子",
                "db_table": "company_identifiers",
                "ordering": ["code", "scheme", "validity"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CompanyIssuer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_in", models.BigIntegerField(verbose_name="記録した改訂")),
                ("withdrawn_in", models.BigIntegerField(blank=True, null=True, verbose_name="取り下げた改訂")),
                ("code", models.TextField(db_column="company_code", verbose_name="コード")),
                ("edinet_code", models.TextField(verbose_name="EDINET コード")),
                ("validity", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="有効期間")),
                ("name_kana", models.TextField(null=True, verbose_name="ヨミ")),
                ("name_english", models.TextField(null=True, verbose_name="英語名")),
                ("corporate_number", models.TextField(null=True, verbose_name="法人番号")),
                ("fiscal_year_end", models.TextField(null=True, verbose_name="決算日")),
                ("search_text", models.TextField(editable=False, verbose_name="検索用文字列")),
            ],
            options={
                "verbose_name": "銘柄の発行体",
                "verbose_name_plural": "銘柄の発行体",
                "db_table": "company_issuers",
                "ordering": ["code", "validity"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ConfirmedSuccession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_in", models.BigIntegerField(verbose_name="記録した改訂")),
                ("withdrawn_in", models.BigIntegerField(blank=True, null=True, verbose_name="取り下げた改訂")),
                ("day", models.DateField(verbose_name="日付")),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("share_transfer", "株式移転・持株会社化"),
                            ("merger", "合併・経営統合"),
                            ("new_legal_person", "同じコードの新しい法人"),
                            ("other_code", "同じ発行体の別のコード"),
                        ],
                        verbose_name="種別",
                    ),
                ),
            ],
            options={
                "verbose_name": "確認された承継",
                "verbose_name_plural": "確認された承継",
                "db_table": "confirmed_successions",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Issuer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("securities_code", models.TextField(blank=True, null=True, verbose_name="証券コード")),
                ("name", models.TextField(verbose_name="提出者名")),
                ("name_english", models.TextField(blank=True, null=True, verbose_name="提出者名（英字）")),
                ("name_kana", models.TextField(blank=True, null=True, verbose_name="提出者名（ヨミ）")),
                ("corporate_number", models.TextField(blank=True, null=True, verbose_name="法人番号")),
                ("fiscal_year_end", models.TextField(blank=True, null=True, verbose_name="決算日")),
                ("capital", models.BigIntegerField(blank=True, null=True, verbose_name="資本金（円）")),
                ("address", models.TextField(blank=True, null=True, verbose_name="所在地")),
                ("industry", models.TextField(blank=True, null=True, verbose_name="提出者業種")),
                ("filer_type", models.TextField(blank=True, null=True, verbose_name="提出者種別")),
                ("edinet_code", models.TextField(verbose_name="EDINET コード")),
                ("first_seen_on", models.DateField(verbose_name="初めて載った一覧")),
                ("last_seen_on", models.DateField(verbose_name="最後に載った一覧")),
                ("search_text", models.TextField(db_default="", editable=False, verbose_name="検索用文字列")),
            ],
            options={
                "verbose_name": "発行体",
                "verbose_name_plural": "発行体",
                "db_table": "issuers",
                "ordering": ["edinet_code"],
            },
        ),
        migrations.CreateModel(
            name="IssuerCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.TextField(verbose_name="証券コード")),
                ("validity", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="有効期間")),
            ],
            options={
                "verbose_name": "証券コードでの提出",
                "verbose_name_plural": "証券コードでの提出",
                "db_table": "issuer_codes",
            },
        ),
        migrations.CreateModel(
            name="IssuerList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date_in_force", models.DateField(verbose_name="基準日")),
                ("row_count", models.PositiveIntegerField(verbose_name="提出者数")),
                ("listed_count", models.PositiveIntegerField(verbose_name="証券コードのある提出者")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("rows", models.BinaryField(verbose_name="内容（圧縮）")),
                ("run_id", models.UUIDField(blank=True, null=True, verbose_name="同期実行")),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="記録日時"),
                ),
                ("is_superseded", models.BooleanField(default=False, verbose_name="置き換え済み")),
            ],
            options={
                "verbose_name": "EDINET コード一覧",
                "verbose_name_plural": "EDINET コード一覧",
                "db_table": "issuer_lists",
                "ordering": ["-date_in_force", "-id"],
            },
        ),
        migrations.CreateModel(
            name="IssuerVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("securities_code", models.TextField(blank=True, null=True, verbose_name="証券コード")),
                ("name", models.TextField(verbose_name="提出者名")),
                ("name_english", models.TextField(blank=True, null=True, verbose_name="提出者名（英字）")),
                ("name_kana", models.TextField(blank=True, null=True, verbose_name="提出者名（ヨミ）")),
                ("corporate_number", models.TextField(blank=True, null=True, verbose_name="法人番号")),
                ("fiscal_year_end", models.TextField(blank=True, null=True, verbose_name="決算日")),
                ("capital", models.BigIntegerField(blank=True, null=True, verbose_name="資本金（円）")),
                ("address", models.TextField(blank=True, null=True, verbose_name="所在地")),
                ("industry", models.TextField(blank=True, null=True, verbose_name="提出者業種")),
                ("filer_type", models.TextField(blank=True, null=True, verbose_name="提出者種別")),
                ("edinet_code", models.TextField(verbose_name="EDINET コード")),
                ("validity", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="有効期間")),
            ],
            options={
                "verbose_name": "提出者の版",
                "verbose_name_plural": "提出者の版",
                "db_table": "issuer_versions",
            },
        ),
        migrations.CreateModel(
            name="OfficialDate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_in", models.BigIntegerField(verbose_name="記録した改訂")),
                ("withdrawn_in", models.BigIntegerField(blank=True, null=True, verbose_name="取り下げた改訂")),
                ("code", models.TextField(verbose_name="コード")),
                (
                    "kind",
                    models.TextField(choices=[("listed", "新規上場"), ("delisted", "上場廃止")], verbose_name="種別"),
                ),
                ("official_on", models.DateField(verbose_name="公式の日")),
                ("reason", models.TextField(blank=True, null=True, verbose_name="理由")),
                ("announced_on", models.DateField(blank=True, null=True, verbose_name="公表日")),
                ("company_name", models.TextField(blank=True, null=True, verbose_name="銘柄名")),
                ("market", models.TextField(blank=True, null=True, verbose_name="市場")),
                ("origin", models.TextField(verbose_name="出所")),
            ],
            options={
                "verbose_name": "公式の上場日・廃止日",
                "verbose_name_plural": "公式の上場日・廃止日",
                "db_table": "official_dates",
                "ordering": ["-official_on", "code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("predecessor", models.TextField(verbose_name="前の銘柄")),
                ("successor", models.TextField(verbose_name="後の銘柄")),
                ("day", models.DateField(verbose_name="日付")),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("share_transfer", "株式移転・持株会社化"),
                            ("merger", "合併・経営統合"),
                            ("new_legal_person", "同じコードの新しい法人"),
                            ("other_code", "同じ発行体の別のコード"),
                        ],
                        verbose_name="種別",
                    ),
                ),
                ("evidence", models.JSONField(verbose_name="根拠")),
                ("confidence", models.FloatField(verbose_name="確からしさ")),
                (
                    "status",
                    models.TextField(
                        choices=[("proposed", "提案"), ("confirmed", "確認済み"), ("rejected", "却下")],
                        default="proposed",
                        verbose_name="状態",
                    ),
                ),
                ("decided_by", models.TextField(blank=True, default="", verbose_name="判断した人")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="判断日時")),
            ],
            options={
                "verbose_name": "承継",
                "verbose_name_plural": "承継",
                "db_table": "successions",
                "ordering": ["-day", "successor", "predecessor"],
                "permissions": [("decide_succession", "承継の提案を確認・却下できる")],
            },
        ),
        migrations.AddField(
            model_name="company",
            name="company_name_kana",
            field=models.TextField(blank=True, null=True, verbose_name="ヨミ"),
        ),
        migrations.AddField(
            model_name="company",
            name="corporate_number",
            field=models.TextField(blank=True, null=True, verbose_name="法人番号"),
        ),
        migrations.AddField(
            model_name="company",
            name="delisted_on",
            field=models.DateField(blank=True, null=True, verbose_name="上場廃止日（公式）"),
        ),
        migrations.AddField(
            model_name="company",
            name="delisting_reason",
            field=models.TextField(blank=True, null=True, verbose_name="上場廃止理由"),
        ),
        migrations.AddField(
            model_name="company",
            name="edinet_code",
            field=models.TextField(blank=True, null=True, verbose_name="EDINET コード"),
        ),
        migrations.AddField(
            model_name="company",
            name="fiscal_year_end",
            field=models.TextField(blank=True, null=True, verbose_name="決算日"),
        ),
        migrations.AddField(
            model_name="company",
            name="issuer_name_english",
            field=models.TextField(blank=True, null=True, verbose_name="発行体の英語名"),
        ),
        migrations.AddField(
            model_name="company",
            name="listed_on",
            field=models.DateField(blank=True, null=True, verbose_name="上場日（公式）"),
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
                ],
                verbose_name="種別",
            ),
        ),
        migrations.AddIndex(
            model_name="companyidentifier",
            index=models.Index(fields=["scheme", "value"], name="ix_company_identifiers_value"),
        ),
        migrations.AddConstraint(
            model_name="companyidentifier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_in", None), ("recorded_in__lt", models.F("withdrawn_in")), _connector="OR"
                ),
                name="ck_companyidentifier_known_for_a_while",
            ),
        ),
        migrations.AddConstraint(
            model_name="companyidentifier",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("withdrawn_in", None)),
                expressions=[("code", "="), ("scheme", "="), ("validity", "&&")],
                name="ex_company_identifiers_one_at_a_time",
            ),
        ),
        migrations.AddField(
            model_name="companyissuer",
            name="company",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="issuers",
                to="companies.company",
                verbose_name="銘柄",
            ),
        ),
        migrations.AddIndex(
            model_name="issuer",
            index=models.Index(fields=["corporate_number"], name="ix_issuers_corporate_number"),
        ),
        migrations.AddConstraint(
            model_name="issuer",
            constraint=models.UniqueConstraint(fields=("edinet_code",), name="ix_issuers_edinet_code"),
        ),
        migrations.AddField(
            model_name="issuercode",
            name="issuer",
            field=models.ForeignKey(
                db_column="edinet_code",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="codes",
                to="companies.issuer",
                to_field="edinet_code",
                verbose_name="発行体",
            ),
        ),
        migrations.CreateModel(
            name="IssuerListWithdrawal",
            fields=[
                (
                    "issuer_list",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="withdrawal",
                        serialize=False,
                        to="companies.issuerlist",
                        verbose_name="EDINET コード一覧",
                    ),
                ),
                ("reason", models.TextField(verbose_name="理由")),
                ("withdrawn_by", models.TextField(verbose_name="取り消した人")),
                ("withdrawn_at", models.DateTimeField(verbose_name="取消日時")),
            ],
            options={
                "verbose_name": "EDINET コード一覧の取消",
                "verbose_name_plural": "EDINET コード一覧の取消",
                "db_table": "issuer_list_withdrawals",
            },
        ),
        migrations.AddConstraint(
            model_name="issuerlist",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_superseded", False)), fields=("date_in_force",), name="uq_issuer_lists_holding"
            ),
        ),
        migrations.AddField(
            model_name="ledgerrevision",
            name="issuer_list",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="revisions",
                to="companies.issuerlist",
                verbose_name="EDINET コード一覧",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuerversion",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("edinet_code", "="), ("validity", "&&")], name="ex_issuer_versions_no_overlap"
            ),
        ),
        migrations.AddIndex(
            model_name="officialdate",
            index=models.Index(fields=["official_on"], name="ix_official_dates_day"),
        ),
        migrations.AddConstraint(
            model_name="officialdate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_in", None), ("recorded_in__lt", models.F("withdrawn_in")), _connector="OR"
                ),
                name="ck_officialdate_known_for_a_while",
            ),
        ),
        migrations.AddConstraint(
            model_name="officialdate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_in", None)),
                fields=("code", "kind", "official_on"),
                name="uq_official_dates_known",
            ),
        ),
        migrations.AddIndex(
            model_name="succession",
            index=models.Index(models.F("successor"), name="ix_successions_successor"),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.UniqueConstraint(fields=("predecessor", "successor"), name="uq_successions_pair"),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(("confidence__gte", 0), ("confidence__lte", 1)),
                name="ck_successions_confidence_is_a_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("status", "proposed")),
                    models.Q(("decided_at__isnull", False), models.Q(("status", "proposed"), _negated=True)),
                    _connector="OR",
                ),
                name="ck_successions_decided_at_a_moment",
            ),
        ),
        migrations.AddField(
            model_name="confirmedsuccession",
            name="succession",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="confirmations",
                to="companies.succession",
                verbose_name="承継",
            ),
        ),
        migrations.AddIndex(
            model_name="companyissuer",
            index=models.Index(fields=["code", "validity"], name="ix_company_issuers_code"),
        ),
        migrations.AddIndex(
            model_name="companyissuer",
            index=models.Index(fields=["edinet_code"], name="ix_company_issuers_issuer"),
        ),
        migrations.AddConstraint(
            model_name="companyissuer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_in", None), ("recorded_in__lt", models.F("withdrawn_in")), _connector="OR"
                ),
                name="ck_companyissuer_known_for_a_while",
            ),
        ),
        migrations.AddConstraint(
            model_name="companyissuer",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("withdrawn_in", None)),
                expressions=[("code", "="), ("validity", "&&")],
                name="ex_company_issuers_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuercode",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("code", "="), ("validity", "&&")], name="ex_issuer_codes_one_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="issuerlistwithdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), _negated=True), models.Q(("withdrawn_by", ""), _negated=True)
                ),
                name="ck_issuer_list_withdrawals_explained",
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmedsuccession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_in", None), ("recorded_in__lt", models.F("withdrawn_in")), _connector="OR"
                ),
                name="ck_confirmedsuccession_known_for_a_while",
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmedsuccession",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_in", None)), fields=("succession",), name="uq_confirmed_successions_now"
            ),
        ),
    ]
