"""What the migration linter refuses, shown on the SQL that Django writes for it."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tests.architecture.migration_lint import find_faults


def sql_of(*operations: Operation) -> list[str]:
    """The statements of a migration of these operations, on a model `Thing` that is there already."""
    before = migrations.CreateModel(
        "Thing", [("id", models.BigAutoField(primary_key=True)), ("name", models.TextField(null=True))]
    )
    state = ProjectState()
    before.state_forwards("things", state)
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        for operation in operations:
            following = state.clone()
            operation.state_forwards("things", following)
            operation.database_forwards("things", editor, state, following)
            state = following
    return [statement for statement in editor.collected_sql if not statement.startswith("--")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("operation", "fault"),
    [
        (migrations.RemoveField("thing", "name"), "DROPPING columns"),
        (migrations.RenameField("thing", "name", "title"), "RENAMING columns"),
        (migrations.DeleteModel("Thing"), "DROPPING table"),
        (migrations.AlterModelTable("thing", "objects"), "RENAMING tables"),
        (migrations.AddField("thing", "size", models.IntegerField(default=0)), "NOT NULL constraint on columns"),
        (migrations.AlterField("thing", "name", models.TextField()), "NOT NULL constraint on columns"),
        (migrations.AlterField("thing", "name", models.IntegerField(null=True)), "ALTERING columns"),
        (migrations.AddIndex("thing", models.Index(fields=["name"], name="ix")), "CREATE INDEX locks table"),
        (migrations.AddConstraint("thing", models.UniqueConstraint(fields=["name"], name="u")), "ADDING unique"),
        (
            migrations.AddConstraint("thing", models.CheckConstraint(condition=~models.Q(name=""), name="c")),
            "CHECK constraint without NOT VALID",
        ),
        (migrations.RunSQL("LOCK TABLE things_thing"), "locks out everybody"),
    ],
)  # fmt: skip
def test_what_breaks_running_code_or_locks_a_table_long_is_refused(operation: Operation, fault: str) -> None:
    assert [found for found in find_faults(sql_of(operation)) if fault in found]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("thing", "size", models.IntegerField(null=True)),
        migrations.AddField("thing", "size", models.IntegerField(db_default=0)),
        migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True)), ("n", models.TextField())]),
        migrations.CreateModel(
            "Other",
            [("id", models.BigAutoField(primary_key=True)), ("n", models.TextField())],
            {
                "constraints": [
                    models.UniqueConstraint(fields=["n"], condition=models.Q(id__gt=1, n__in=["a"]), name="u"),
                    models.CheckConstraint(condition=~models.Q(n=""), name="c"),
                ]
            },
        ),
        # As `AddIndexConcurrently` writes it, which itself needs to be outside of a transaction.
        migrations.RunSQL('CREATE INDEX CONCURRENTLY "ix" ON "things_thing" ("name")'),
        migrations.RunSQL('ALTER TABLE "things_thing" ADD CONSTRAINT c CHECK (name <> \'\') NOT VALID'),
    ],
)  # fmt: skip
def test_what_runs_beside_the_old_code_is_allowed(operation: Operation) -> None:
    assert find_faults(sql_of(operation)) == []
