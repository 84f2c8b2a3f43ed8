from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "sql" / "access.sql").read_text(encoding="utf-8")
DROP = """
DROP FUNCTION access_rebuild(), access_refresh_person(bigint), access_refresh(bigint, uuid);
DROP VIEW case_access_wanted, case_granted, case_permission;
DROP FUNCTION next_number(text, smallint);
"""


class Migration(migrations.Migration):
    """The functions that the triggers call."""

    dependencies = [
        ("cases", "0001_initial"),
        ("aidcenter", "0002_context"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunSQL(SQL, DROP)]
