"""When each state of the data was first read, for `Last-Modified`."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0006_idempotent_answers"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataState",
            fields=[
                ("state", models.TextField(primary_key=True, serialize=False, verbose_name="データの時点")),
                ("first_seen_at", models.DateTimeField(verbose_name="最初に読まれた日時")),
            ],
            options={
                "verbose_name": "データの時点",
                "verbose_name_plural": "データの時点",
                "db_table": "data_states",
                "constraints": [models.UniqueConstraint(fields=("first_seen_at",), name="uq_data_states_second")],
            },
        ),
    ]
