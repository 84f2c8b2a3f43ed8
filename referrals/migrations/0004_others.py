from django.db import migrations

from aidcenter.sqlfile import run_file


class Migration(migrations.Migration):
    """What one body may know of the other."""

    dependencies = [("referrals", "0003_home_district"), ("cases", "0004_statistics")]
    operations = [run_file("referrals/sql/owe.sql")]
