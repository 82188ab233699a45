from django.db import migrations

TABLES = ["market_masters", "sector17_masters", "sector33_masters"]


def _create(table: str) -> str:
    return (
        f"CREATE TRIGGER tr_{table}_generation AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION advance_generation('masters')"
    )


class Migration(migrations.Migration):
    dependencies = [("masters", "0002_tse_masters"), ("api", "0002_data_generations")]

    operations = [
        migrations.RunSQL(_create(table), f"DROP TRIGGER tr_{table}_generation ON {table}") for table in TABLES
    ]
