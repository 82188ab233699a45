"""The English name is called 英語名 everywhere. Touches no table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("companies", "0014_refold_search_text")]
    operations = [
        migrations.AlterField(
            model, "company_name_english", models.TextField(blank=True, null=True, verbose_name="英語名")
        )
        for model in ("company", "companyversion")
    ]
