"""Who decided on a doubtful list, when, why, and how many changes they had counted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("syncjobs", "0009_withdrawal_role")]

    operations = [
        migrations.AddField(
            model_name="listupload", name="confirmed_counts",
            field=models.JSONField(blank=True, null=True, verbose_name="確認した件数"),
        ),
        migrations.AddField(
            model_name="listupload", name="finished_by",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="取り込んだか、取り消した人"
            ),
        ),
        migrations.AddField(
            model_name="listupload", name="force_reason",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="取り込んだ理由"),
        ),
        migrations.AddField(
            model_name="syncrun", name="approval_reason",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="承認の理由"),
        ),
        migrations.AddField(
            model_name="syncrun", name="approved_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="承認日時"),
        ),
        migrations.AddField(
            model_name="syncrun", name="cancelled_by",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="中止・却下した人"
            ),
        ),
        migrations.AddField(
            model_name="syncrun", name="confirmed_counts",
            field=models.JSONField(blank=True, null=True, verbose_name="確認した件数"),
        ),
        migrations.AddField(
            model_name="syncrun", name="is_rejected",
            field=models.BooleanField(db_default=False, default=False, verbose_name="却下"),
        ),
    ]  # fmt: skip
