"""What a new version needs before it serves, run as the owner: tables, translations, static files."""

import os

import django
from django.core.management import call_command

from aidcenter.translations import compile_all


def main() -> None:
    """Do it all; each step does nothing when nothing changed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aidcenter.settings")
    if url := os.environ.get("DATABASE_OWNER_URL"):
        os.environ["DATABASE_URL"] = url
    compile_all()
    django.setup()
    call_command("createcachetable", verbosity=0)  # before migrate: the grants follow the migrations
    call_command("migrate", verbosity=0, interactive=False)
    call_command("reindex_names", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


if __name__ == "__main__":
    main()
