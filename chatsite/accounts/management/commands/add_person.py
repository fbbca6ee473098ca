"""`manage.py add_person EMAIL`: give somebody an account."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatsite.accounts.people import CannotAdd, add_person, random_password


class Command(BaseCommand):
    """Without a password a random one is made and printed, once."""

    help = "Give somebody an account. Without a password a random one is made and printed."

    def add_arguments(self, parser: CommandParser) -> None:
        """EMAIL, and how to get the password."""
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", default="", help="what to call them")
        parser.add_argument("--admin", action="store_true", help="may open the admin pages and do everything")
        password = parser.add_mutually_exclusive_group()
        password.add_argument(
            "--password", help="their password (other processes can see it; prefer the next)"
        )
        password.add_argument(
            "--password-stdin", action="store_true", help="read it as one line from the input"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Add the person, and say so."""
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else options["password"]
        if password == "":
            raise CommandError("The password is empty.")
        made = random_password() if password is None else ""
        try:
            user = add_person(
                email=options["email"],
                name=options["name"],
                password=password or made,
                admin=options["admin"],
            )
        except CannotAdd as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Added {user.email}." + (f" Password: {made}" if made else ""))
