"""Who is away decides nothing, and is no reason to wait."""

from django.db import migrations

from aidcenter.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("rehabilitation", "0015_catalogue_editions")]

    operations = [run_file("rehabilitation/sql/plan.sql")]
