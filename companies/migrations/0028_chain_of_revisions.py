"""A place for the hash of each revision and for what it covers; nothing in them yet. The code before neither reads nor writes them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0027_provisional_lists"),
    ]

    operations = [
        migrations.AddField(
            model_name="ledgerrevision",
            name="chain",
            field=models.CharField(blank=True, max_length=64, null=True, verbose_name="連鎖のハッシュ値"),
        ),
        migrations.AddField(
            model_name="ledgerrevision",
            name="link",
            field=models.TextField(blank=True, null=True, verbose_name="ハッシュ値の対象"),
        ),
        migrations.AddField(
            model_name="historyproof",
            name="head_revision",
            field=models.BigIntegerField(db_default=0, verbose_name="連鎖の先頭の改訂"),
        ),
        migrations.AddField(
            model_name="historyproof",
            name="head",
            field=models.CharField(blank=True, db_default="", max_length=64, verbose_name="連鎖の先頭"),
        ),
    ]
