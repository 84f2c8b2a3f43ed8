from django.db import migrations

from aidcenter.sqlfile import run_file


class Migration(migrations.Migration):
    """The figures that definer functions count, and the rule for whom a case may be opened."""

    dependencies = [("cases", "0003_home_district_and_worklist")]
    operations = [run_file("cases/sql/access.sql"), run_file("cases/sql/statistics.sql")]
