from django.db import migrations

KEYS = ["fk_companies_market_code", "fk_companies_sector17_code", "fk_companies_sector33_code"]


class Migration(migrations.Migration):
    dependencies = [("companies", "0011_foreign_keys_act")]

    operations = [
        migrations.RunSQL(f"ALTER TABLE companies VALIDATE CONSTRAINT {key}", migrations.RunSQL.noop) for key in KEYS
    ]
