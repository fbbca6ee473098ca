#!/usr/bin/env python
"""Chatsite's command line: `manage.py serve`, `manage.py add_person`, and all of Django's own."""

import os
import sys

from django.core.management import execute_from_command_line

from chatsite.env import BadSetting


def main() -> None:
    """Run one command. A refused setting is one line on stderr and exit status 2, never a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    try:
        execute_from_command_line(sys.argv)
    except BadSetting as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
