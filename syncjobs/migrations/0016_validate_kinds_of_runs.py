"""Looks at all runs without keeping anybody out."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("syncjobs", "0015_issuer_runs")]

    operations = [ValidateConstraint(model_name="syncrun", name="ck_sync_runs_range")]
