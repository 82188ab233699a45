"""A revision, and a run that ends badly, write what is to be told in the transaction in which they happen, whoever makes them.

By a trigger, so that no way of writing can forget it, the release before included. A restored backup has the outbox as it was:
triggers are made after the rows.
"""

from django.db import migrations

REVISIONS = """
CREATE FUNCTION tell_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outbox_entries (kind, revision, subject) VALUES ('revision', NEW.number, '{}');
    RETURN NULL;
END $$;
CREATE TRIGGER tr_ledger_revisions_told AFTER INSERT ON ledger_revisions FOR EACH ROW EXECUTE FUNCTION tell_revision();
"""
RUNS = """
CREATE FUNCTION tell_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outbox_entries (kind, subject)
    VALUES (CASE NEW.status WHEN 'failed' THEN 'run_failed' ELSE 'review_needed' END, jsonb_build_object('run', NEW.id));
    RETURN NULL;
END $$;
CREATE TRIGGER tr_sync_runs_told AFTER UPDATE OF status ON sync_runs FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('failed', 'needs_review')) EXECUTE FUNCTION tell_run();
CREATE TRIGGER tr_sync_runs_told_at_once AFTER INSERT ON sync_runs FOR EACH ROW
    WHEN (NEW.status IN ('failed', 'needs_review')) EXECUTE FUNCTION tell_run();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("subscriptions", "0003_destinations_and_deliveries"),
        ("companies", "0024_history_checkpoints"),
        ("syncjobs", "0021_roles_own_keys"),
    ]

    operations = [
        migrations.RunSQL(
            REVISIONS, "DROP TRIGGER tr_ledger_revisions_told ON ledger_revisions; DROP FUNCTION tell_revision()"
        ),
        migrations.RunSQL(
            RUNS,
            "DROP TRIGGER tr_sync_runs_told ON sync_runs; DROP TRIGGER tr_sync_runs_told_at_once ON sync_runs; DROP FUNCTION tell_run()",
        ),
    ]
