from django.db import migrations

from aidcenter.sqlfile import run_file


class Migration(migrations.Migration):
    """The figures that a definer function counts."""

    dependencies = [("rehabilitation", "0001_initial"), ("cases", "0004_statistics")]
    operations = [run_file("rehabilitation/sql/statistics.sql")]
