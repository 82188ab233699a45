"""What is told of companies beside the lists is a part of their answers: a change of it makes cached ones out of date.

And a company that goes leaves what was known of its issuer behind, whoever deletes it.
"""

from django.db import migrations

TABLES = ["issuers", "issuer_codes", "company_issuers", "official_dates", "company_identifiers", "successions"]


def _create(table: str) -> str:
    return (
        f"CREATE TRIGGER tr_{table}_generation AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION advance_generation('companies')"
    )


class Migration(migrations.Migration):
    dependencies = [("companies", "0021_indexes_of_issuers"), ("api", "0002_data_generations")]

    operations = [
        *(migrations.RunSQL(_create(table), f"DROP TRIGGER tr_{table}_generation ON {table}") for table in TABLES),
        migrations.RunSQL(
            "ALTER TABLE company_issuers ADD CONSTRAINT fk_company_issuers_company FOREIGN KEY (company_id) "
            "REFERENCES companies (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED NOT VALID",
            "ALTER TABLE company_issuers DROP CONSTRAINT fk_company_issuers_company",
        ),
    ]
