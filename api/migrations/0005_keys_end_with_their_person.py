"""With a person go the keys of their own: where `created_by` is emptied, such a key is revoked, whoever deletes the person.

Of those that there are, the keys of people who cannot make keys for others are their own.
"""

from django.db import migrations, models

REVOKE = """
CREATE FUNCTION revoke_key_of_nobody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.revoked_at := coalesce(NEW.revoked_at, now());
    RETURN NEW;
END $$;
CREATE TRIGGER tr_api_keys_person_gone BEFORE UPDATE OF created_by_id ON api_keys FOR EACH ROW
    WHEN (OLD.is_personal AND OLD.created_by_id IS NOT NULL AND NEW.created_by_id IS NULL) EXECUTE FUNCTION revoke_key_of_nobody();
"""
MARK = """
UPDATE api_keys SET is_personal = true FROM auth_user AS person
WHERE person.id = api_keys.created_by_id AND NOT person.is_superuser AND NOT EXISTS (
    SELECT 1 FROM auth_permission AS permission JOIN django_content_type AS kind ON kind.id = permission.content_type_id
    WHERE kind.app_label = 'api' AND permission.codename = 'add_apikey' AND (
        EXISTS (SELECT 1 FROM auth_user_user_permissions WHERE user_id = person.id AND permission_id = permission.id)
        OR EXISTS (SELECT 1 FROM auth_user_groups AS membership JOIN auth_group_permissions AS given USING (group_id)
                   WHERE membership.user_id = person.id AND given.permission_id = permission.id)))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0004_subscribe_scope"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="apikey",
            name="is_personal",
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name="作成者本人のキー"),
        ),
        migrations.RunSQL(
            REVOKE, "DROP TRIGGER tr_api_keys_person_gone ON api_keys; DROP FUNCTION revoke_key_of_nobody()"
        ),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
