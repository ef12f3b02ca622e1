"""Management commands: `python -m reference_app.manage migrate`, `seed`, `create_staff`, `check --deploy`, …"""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command that the arguments name, in production settings unless the environment says otherwise."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reference_app.settings.production")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
