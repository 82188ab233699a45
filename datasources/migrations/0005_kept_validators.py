"""What the last list came with, so that it is fetched again only when there is another one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("datasources", "0004_registered_providers")]

    operations = [
        migrations.AddField(
            model_name="datasource",
            name="kept_validators",
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name="前回の一覧の識別情報"),
        ),
    ]
