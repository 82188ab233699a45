from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("masters", "0004_foreign_key_acts")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE sector33_masters VALIDATE CONSTRAINT fk_sector33_sector17_code", migrations.RunSQL.noop
        ),
    ]
