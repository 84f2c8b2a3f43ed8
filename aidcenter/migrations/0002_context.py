from django.db import migrations

from aidcenter.sqlfile import run_file


class Migration(migrations.Migration):
    """The signed context of a request."""

    dependencies = [("aidcenter", "0001_initial")]
    operations = [run_file("aidcenter/sql/context.sql")]
