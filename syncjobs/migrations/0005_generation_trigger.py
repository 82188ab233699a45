from django.db import migrations

TABLES = ["sync_runs"]


def _create(table: str) -> str:
    return (
        f"CREATE TRIGGER tr_{table}_generation AFTER INSERT OR UPDATE OF status OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION advance_generation('sync')"
    )


class Migration(migrations.Migration):
    dependencies = [("syncjobs", "0004_sync_schedules"), ("api", "0002_data_generations")]

    operations = [
        migrations.RunSQL(_create(table), f"DROP TRIGGER tr_{table}_generation ON {table}") for table in TABLES
    ]
