"""Adding a person by hand: the checks that the admin's form makes, for the commands."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from chatsite.accounts.models import User


class CannotAdd(Exception):
    """The person cannot be added. The text is one line and has no password in it."""


def random_password() -> str:
    """A password to be printed once: 16 characters, 96 bits."""
    return secrets.token_urlsafe(12)


def add_person(*, email: str, name: str, password: str, admin: bool) -> User:
    """Make a person who can sign in; raises `CannotAdd` for a bad or taken address, or a weak password."""
    user = User(email=email.strip().lower(), name=name, is_staff=admin, is_superuser=admin)
    try:
        user.clean_fields(exclude=["password"])
        user.validate_unique()
        validate_password(password, user)
    except ValidationError as error:
        raise CannotAdd(f"{email!r} cannot be added: {' '.join(error.messages)}") from error
    user.set_password(password)
    user.save()
    return user
