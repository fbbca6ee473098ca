"""The site's settings, and the fault."""

from chatsite.settings import *  # noqa: F403
from chatsite.settings import INSTALLED_APPS as APPS

INSTALLED_APPS = [*APPS, "tests.live.faulty"]
