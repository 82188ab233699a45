"""Where, what and how is told to others: destinations, subscriptions, the outbox, deliveries and their attempts."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0004_subscribe_scope"),
        ("subscriptions", "0002_roles_follow"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("webhook_id", models.CharField(db_index=True, max_length=40, verbose_name="メッセージ ID")),
                (
                    "status",
                    models.TextField(
                        choices=[("waiting", "送信待ち"), ("delivered", "送信済み"), ("skipped", "送らない")],
                        default="waiting",
                        verbose_name="状態",
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="試行回数")),
                ("is_repeat", models.BooleanField(default=False, verbose_name="再送")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="作成日時"),
                ),
                ("ended_at", models.DateTimeField(null=True, verbose_name="終了日時")),
            ],
            options={
                "verbose_name": "配信",
                "verbose_name_plural": "配信",
                "db_table": "deliveries",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="DeliveryAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="日時")),
                ("duration_ms", models.PositiveIntegerField(verbose_name="所要時間（ミリ秒）")),
                ("status_code", models.PositiveIntegerField(null=True, verbose_name="ステータス")),
                ("error_code", models.TextField(blank=True, default="", verbose_name="エラー")),
                ("answer_start", models.TextField(blank=True, default="", verbose_name="応答の先頭")),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempted",
                        to="subscriptions.delivery",
                        verbose_name="配信",
                    ),
                ),
            ],
            options={
                "verbose_name": "送信の試行",
                "verbose_name_plural": "送信の試行",
                "db_table": "delivery_attempts",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Destination",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="名前")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="作成日時"
                    ),
                ),
                (
                    "channel",
                    models.TextField(
                        choices=[
                            ("webhook", "Webhook"),
                            ("mail", "メール"),
                            ("chat", "チャット（Slack・Teams など）"),
                            ("atom", "Atom フィード"),
                        ],
                        verbose_name="方法",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("ja", "日本語"), ("en", "English")], default="ja", max_length=5, verbose_name="言語"
                    ),
                ),
                (
                    "encrypted_address",
                    models.TextField(blank=True, default="", editable=False, verbose_name="宛先（暗号化）"),
                ),
                ("shown_address", models.TextField(blank=True, default="", editable=False, verbose_name="宛先")),
                (
                    "encrypted_secrets",
                    models.TextField(blank=True, default="", editable=False, verbose_name="署名の鍵（暗号化）"),
                ),
                (
                    "feed_token_hash",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=64, verbose_name="フィードのトークン"
                    ),
                ),
                ("confirmation", models.JSONField(editable=False, null=True, verbose_name="宛先の確認")),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("unconfirmed", "確認待ち"),
                            ("active", "有効"),
                            ("paused", "停止中"),
                            ("ended", "終了"),
                        ],
                        default="active",
                        editable=False,
                        verbose_name="状態",
                    ),
                ),
                (
                    "status_reason",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("by_person", "手動で停止"),
                            ("keeps_failing", "3 日間送れませんでした"),
                            ("gone", "受信側が終了を知らせました（410 Gone、または存在しない宛先）"),
                        ],
                        default="",
                        editable=False,
                        verbose_name="理由",
                    ),
                ),
                (
                    "status_changed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="状態が変わった日時",
                    ),
                ),
                ("failing_since", models.DateTimeField(editable=False, null=True, verbose_name="送れなくなった日時")),
                ("failures", models.PositiveIntegerField(default=0, editable=False, verbose_name="続けて失敗した回数")),
                (
                    "next_attempt_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="次に送る日時",
                    ),
                ),
                ("claim", models.UUIDField(editable=False, null=True, verbose_name="送信中の処理")),
                ("claimed_until", models.DateTimeField(editable=False, null=True, verbose_name="送信中とみなす期限")),
                ("last_delivered_at", models.DateTimeField(editable=False, null=True, verbose_name="最後に送れた日時")),
                (
                    "api_key",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="api.apikey",
                        verbose_name="作成した API キー",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="作成者",
                    ),
                ),
            ],
            options={
                "verbose_name": "通知先",
                "verbose_name_plural": "通知先",
                "db_table": "destinations",
                "ordering": ["name", "id"],
                "permissions": [("oversee_destination", "すべての通知先の状態を見て、停止できる")],
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="destination",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="subscriptions.destination",
                verbose_name="通知先",
            ),
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("type", models.TextField(verbose_name="種類")),
                ("content", models.JSONField(verbose_name="内容")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("from_number", models.BigIntegerField(null=True, verbose_name="最初の番号")),
                ("to_number", models.BigIntegerField(null=True, verbose_name="最後の番号")),
                ("revision", models.BigIntegerField(null=True, verbose_name="改訂")),
                ("notice_count", models.PositiveIntegerField(verbose_name="件数")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="作成日時"),
                ),
            ],
            options={
                "verbose_name": "メッセージ",
                "verbose_name_plural": "メッセージ",
                "db_table": "outbox_messages",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["created_at"], name="ix_outbox_messages_created")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("to_number", "from_number", "sha256"), name="uq_outbox_messages_content"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="message",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="subscriptions.message",
                verbose_name="メッセージ",
            ),
        ),
        migrations.CreateModel(
            name="OutboxEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(null=True, unique=True, verbose_name="番号")),
                ("kind", models.TextField(verbose_name="種別")),
                ("revision", models.BigIntegerField(null=True, verbose_name="改訂")),
                ("subject", models.JSONField(db_default={}, default=dict, verbose_name="対象")),
                ("occurrence", models.TextField(blank=True, db_default="", default="", verbose_name="回")),
                (
                    "occurred_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="日時"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="知らせる人",
                    ),
                ),
            ],
            options={
                "verbose_name": "知らせること",
                "verbose_name_plural": "知らせること",
                "db_table": "outbox_entries",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="名前")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="作成日時"
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        size=None,
                        verbose_name="知らせること",
                    ),
                ),
                (
                    "market_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None, verbose_name="市場区分"
                    ),
                ),
                (
                    "includes_history",
                    models.BooleanField(
                        default=False,
                        help_text="過去の一覧を取り込んで分かった昔の出来事も知らせます。何年分も取り込むと大量になります。複製を保つシステムには必要です。",
                        verbose_name="過去の補完も知らせる",
                    ),
                ),
                (
                    "timing",
                    models.TextField(
                        choices=[("at_once", "すぐに"), ("daily", "1 日 1 回まとめて")],
                        default="at_once",
                        verbose_name="いつ",
                    ),
                ),
                (
                    "digest_time",
                    models.TimeField(blank=True, null=True, verbose_name="まとめて知らせる時刻（日本時間）"),
                ),
                (
                    "digest_due_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="次にまとめて知らせる日時"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="有効")),
                ("told_number", models.BigIntegerField(editable=False, verbose_name="知らせた番号")),
                ("told_revision", models.BigIntegerField(editable=False, verbose_name="知らせた改訂")),
                (
                    "view_members",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        editable=False,
                        null=True,
                        size=None,
                        verbose_name="表示にある銘柄",
                    ),
                ),
                (
                    "api_key",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="api.apikey",
                        verbose_name="作成した API キー",
                    ),
                ),
                (
                    "destination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscriptions",
                        to="subscriptions.destination",
                        verbose_name="通知先",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="作成者",
                    ),
                ),
                (
                    "saved_view",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscriptions",
                        to="subscriptions.savedview",
                        verbose_name="保存した表示",
                    ),
                ),
                (
                    "watch_list",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscriptions",
                        to="subscriptions.watchlist",
                        verbose_name="ウォッチリスト",
                    ),
                ),
            ],
            options={
                "verbose_name": "購読",
                "verbose_name_plural": "購読",
                "db_table": "subscriptions",
                "ordering": ["name", "id"],
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="subscription",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="subscriptions.subscription",
                verbose_name="購読",
            ),
        ),
        migrations.AddConstraint(
            model_name="destination",
            constraint=models.UniqueConstraint(fields=("owner", "name"), name="uq_destinations_name"),
        ),
        migrations.AddConstraint(
            model_name="destination",
            constraint=models.UniqueConstraint(
                condition=models.Q(("feed_token_hash", ""), _negated=True),
                fields=("feed_token_hash",),
                name="uq_destinations_feed_token",
            ),
        ),
        migrations.AddConstraint(
            model_name="destination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claim", None), ("claimed_until", None)),
                    models.Q(("claim__isnull", False), ("claimed_until__isnull", False)),
                    _connector="OR",
                ),
                name="ck_destinations_claim_ends",
            ),
        ),
        migrations.AddIndex(
            model_name="outboxentry",
            index=models.Index(condition=models.Q(("number", None)), fields=["id"], name="ix_outbox_entries_new"),
        ),
        migrations.AddConstraint(
            model_name="outboxentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("occurrence", ""), _negated=True),
                fields=("occurrence",),
                name="uq_outbox_entries_occurrence",
            ),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                condition=models.Q(("is_active", True)), fields=["told_number"], name="ix_subscriptions_behind"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.UniqueConstraint(fields=("owner", "name"), name="uq_subscriptions_name"),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("kinds", []), _negated=True), name="ck_subscriptions_of_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("timing", "at_once"), ("digest_time__isnull", False), _connector="OR"),
                name="ck_subscriptions_digest_time",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("status", "waiting")), fields=["destination", "id"], name="ix_deliveries_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                models.F("destination"),
                models.OrderBy(models.F("id"), descending=True),
                name="ix_deliveries_destination",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["created_at"], name="ix_deliveries_created"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("status", "waiting")),
                    models.Q(models.Q(("status", "waiting"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="ck_deliveries_ended",
            ),
        ),
    ]
