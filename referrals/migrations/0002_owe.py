from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "sql" / "owe.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """The functions that the trigger on cases calls."""

    dependencies = [("referrals", "0001_initial"), ("cases", "0002_access")]
    operations = [
        migrations.RunSQL(
            SQL, "DROP FUNCTION owe_notification(uuid, text, text, text), owe_correction(uuid, smallint)"
        )
    ]
