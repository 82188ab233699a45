"""What nobody asked for is told once, and a subscription that tells nothing any more says why."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subscriptions", "0005_roles_are_told"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboxentry",
            name="told_at",
            field=models.DateTimeField(null=True, verbose_name="知らせた日時"),
        ),
        migrations.AddField(
            model_name="subscription",
            name="inactive_reason",
            field=models.TextField(
                blank=True,
                choices=[
                    ("by_person", "手動で停止"),
                    ("view_unreadable", "保存した表示の条件を読めなくなりました"),
                    ("view_not_shared", "保存した表示が共有されなくなりました"),
                    ("rights_lost", "保存した表示の一覧を見る権限がなくなりました"),
                ],
                db_default="",
                default="",
                editable=False,
                verbose_name="止まった理由",
            ),
        ),
    ]
