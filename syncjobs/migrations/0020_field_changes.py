"""What the companies that a list changed differ in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("syncjobs", "0019_roles_see_official_days")]

    operations = [
        migrations.AddField(
            model_name="syncrun",
            name="field_changes",
            field=models.JSONField(blank=True, null=True, verbose_name="変更の内訳"),
        ),
    ]
