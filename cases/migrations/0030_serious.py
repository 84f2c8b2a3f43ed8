from django.db import migrations

from aidcenter.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("cases", "0029_papers")]

    operations = [run_file("cases/sql/incident.sql")]
