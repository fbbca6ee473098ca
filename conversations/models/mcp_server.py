"""An MCP server on the web, whose tools models may be offered. Admins manage these rows."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from chatsite.mcp import SERVER_NAME


def web_address(value: str) -> None:
    """Any http address: names without a dot are those of machines beside this one. Raises ValidationError."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    plain = value.isascii() and value.isprintable() and " " not in value
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or not plain:
        raise ValidationError("An address like https://tools.example/mcp.")
    if "@" in parts.netloc or parts.fragment:
        raise ValidationError("An address without a user name and without #. A secret goes into a variable.")


class McpServer(models.Model):
    """Where it is and how it is used. A secret it needs stands in the environment; the row has its name."""

    name = models.CharField(
        max_length=20,
        unique=True,
        validators=[RegexValidator(rf"^{SERVER_NAME.pattern}\Z", "1 to 20 of a-z, 0-9 and -.")],
        help_text="The names of its tools begin with this, as in name_tool.",
    )
    url = models.CharField(
        "address",
        max_length=500,
        validators=[web_address],
        help_text="Of its streamable HTTP endpoint, such as https://tools.example/mcp.",
    )
    token_variable = models.CharField(
        max_length=100,
        blank=True,
        help_text="The environment variable with the secret that is sent as “Authorization: Bearer …”. Its "
        "name begins with MCP_TOKEN_. The secret itself is stored nowhere.",
    )
    asks = models.BooleanField(
        "ask first", default=True, help_text="A person must approve each call of its tools."
    )
    enabled = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "MCP server"

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse what only the settings can tell: a name that is taken there, a secret that is not there."""
        if self.name in settings.MCP_STDIO:
            raise ValidationError({"name": "The settings have a server of this name."})
        if self.token_variable and self.token_variable not in settings.MCP_TOKENS:
            known = ", ".join(settings.MCP_TOKENS) or "none"
            message = f"There is no such variable. Set it and restart the site. Those that are set: {known}."
            raise ValidationError({"token_variable": message})
