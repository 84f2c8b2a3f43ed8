from django.db import migrations

from aidcenter.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_search"),
        ("mfa", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL("DROP FUNCTION IF EXISTS urgent_access(uuid, text, text)", migrations.RunSQL.noop),
        run_file("cases/sql/sharing.sql"),
        run_file("cases/sql/leaving.sql"),
        run_file("cases/sql/digest.sql"),
    ]
