"""`manage.py ensure_admin`: make the first admin, once. Run at every start; later it does nothing.

The first admin is never "whoever signs up first": it is made here, from CHATSITE_ADMIN_EMAIL and
CHATSITE_ADMIN_PASSWORD, or as admin@localhost with a random password that is printed once.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction

from chatsite.accounts.models import User
from chatsite.accounts.people import CannotAdd, add_person, random_password

DEFAULT_EMAIL = "admin@localhost"


class Command(BaseCommand):
    """Safe to run in several processes at once: one of them makes the admin."""

    help = "Make the first admin if there is none."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the admin, or do nothing."""
        email = settings.CHATSITE_ADMIN_EMAIL or DEFAULT_EMAIL
        made = "" if settings.CHATSITE_ADMIN_PASSWORD else random_password()
        try:
            # On SQLite the transaction holds the write lock from its start: look and insert are one.
            # On PostgreSQL two may look at once; the unique address then refuses the second.
            with transaction.atomic():
                if admin_exists():
                    return
                add_person(
                    email=email, name="Admin", password=settings.CHATSITE_ADMIN_PASSWORD or made, admin=True
                )
        except (IntegrityError, CannotAdd) as error:
            if admin_exists():
                return
            raise CommandError(str(error)) from error
        self.stdout.write(f"Made the first admin: {email}" + (f"  password: {made}" if made else ""))
        if made:
            self.stdout.write("This password is not shown again. Change it once signed in.")


def admin_exists() -> bool:
    """Whether somebody can do everything already."""
    return User.objects.filter(is_superuser=True).exists()
