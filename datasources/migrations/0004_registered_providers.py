"""What a source may be of is asked of the setting: from here on a new provider needs no migration. No statement is sent for it."""

import django.core.validators
from django.db import migrations, models

import datasources.registered


class Migration(migrations.Migration):
    dependencies = [("datasources", "0003_yahoo_source")]

    operations = [
        migrations.AlterField(
            model_name="datasource",
            name="provider",
            field=models.TextField(
                choices=datasources.registered.provider_choices,
                default=datasources.registered.default_provider,
                verbose_name="提供元",
            ),
        ),
        migrations.AlterField(
            model_name="datasource",
            name="name",
            field=models.CharField(
                max_length=100, validators=[django.core.validators.MinLengthValidator(1)], verbose_name="名称"
            ),
        ),
        migrations.AlterField(
            model_name="datasource",
            name="requests_per_minute",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="1 分間に送る回数の上限。全プロセスを通して守ります。空欄は制限なし。",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="毎分の上限",
            ),
        ),
    ]
