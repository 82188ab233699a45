"""With a person go the keys they made: where `created_by` is emptied, the key is revoked, whoever deletes the person."""

from django.db import migrations

REVOKE = """
CREATE FUNCTION revoke_key_of_nobody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.revoked_at := coalesce(NEW.revoked_at, now());
    RETURN NEW;
END $$;
CREATE TRIGGER tr_api_keys_person_gone BEFORE UPDATE OF created_by_id ON api_keys FOR EACH ROW
    WHEN (OLD.created_by_id IS NOT NULL AND NEW.created_by_id IS NULL) EXECUTE FUNCTION revoke_key_of_nobody();
"""


class Migration(migrations.Migration):
    dependencies = [("api", "0004_subscribe_scope")]

    operations = [
        migrations.RunSQL(
            REVOKE, "DROP TRIGGER tr_api_keys_person_gone ON api_keys; DROP FUNCTION revoke_key_of_nobody()"
        )
    ]
