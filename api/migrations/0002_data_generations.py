import django.core.validators
from django.db import migrations, models

# Microseconds of the clock, so that the number goes on rising where the table was emptied; the row's lock puts
# concurrent writers in the order of their commits.
FUNCTION = """
CREATE FUNCTION advance_generation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO data_generations AS known (family, number)
    VALUES (TG_ARGV[0], (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
    ON CONFLICT (family) DO UPDATE SET number = greatest(known.number + 1, excluded.number);
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("api", "0001_api_keys")]

    operations = [
        migrations.AlterField(
            model_name="apikey",
            name="rate_limit_per_hour",
            field=models.PositiveIntegerField(
                default=1000,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="1 時間あたりの上限",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate_limit_per_hour__gte", 1)), name="ck_api_keys_rate_limit"
            ),
        ),
        migrations.CreateModel(
            name="DataGeneration",
            fields=[
                ("family", models.TextField(primary_key=True, serialize=False, verbose_name="対象")),
                ("number", models.BigIntegerField(verbose_name="世代")),
            ],
            options={
                "verbose_name": "データの世代",
                "verbose_name_plural": "データの世代",
                "db_table": "data_generations",
            },
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION advance_generation"),
    ]
