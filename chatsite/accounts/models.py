"""A person: an e-mail address to sign in with, and a name to be called by."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class LowercaseEmailField(models.EmailField):  # type: ignore[type-arg]  # generic in the stubs only
    """An e-mail address kept, compared and searched in lower case, so that it is unique whatever its case."""

    def to_python(self, value: Any) -> Any:
        """The value as the rest of the program sees it."""
        value = super().to_python(value)
        return value.strip().lower() if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        """The value as the database sees it, in rows and in lookups."""
        value = super().get_prep_value(value)
        return value.lower() if isinstance(value, str) else value


class UserManager(BaseUserManager["User"]):
    """Makes people. A password of None means that nobody can sign in with one."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a member. Raises `ValueError` without an address, `IntegrityError` when it is taken."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an admin, who may do everything."""
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})


class User(AbstractBaseUser, PermissionsMixin):
    """One person with an account."""

    email = LowercaseEmailField(
        "e-mail address", unique=True, error_messages={"unique": "Somebody has this address already."}
    )
    name = models.CharField(max_length=150, blank=True)
    is_staff = models.BooleanField("admin", default=False, help_text="May open the admin pages.")
    is_active = models.BooleanField(
        "active", default=True, help_text="Untick to shut somebody out at once and keep what they wrote."
    )
    date_joined = models.DateTimeField("joined", default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ("email",)
        constraints = (
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lowercase"),
        )

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name, or the address where there is none."""
        return str(self)

    def get_short_name(self) -> str:
        """The first word of the name, or the address where there is none."""
        return self.name.split()[0] if self.name.strip() else self.email
