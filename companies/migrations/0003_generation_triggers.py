from django.db import migrations

TABLES = ["companies", "company_versions", "listing_snapshots"]


def _create(table: str) -> str:
    return (
        f"CREATE TRIGGER tr_{table}_generation AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION advance_generation('companies')"
    )


class Migration(migrations.Migration):
    dependencies = [("companies", "0002_listing_events"), ("api", "0002_data_generations")]

    operations = [
        migrations.RunSQL(_create(table), f"DROP TRIGGER tr_{table}_generation ON {table}") for table in TABLES
    ]
