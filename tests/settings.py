"""The site's settings for tests: a data folder of its own, a quick password hasher, static files as they are.

Nothing of the developer's environment gets in but DATABASE_URL, by which `script/test` runs those marked
`database` on PostgreSQL too.
"""

import atexit
import os
import shutil
import tempfile

PREFIXES = ("CHATSITE_", "COMPLETIONS_", "AIMLAPI_", "MCP_TOKEN_")
NAMES = ("SECRET_KEY", "SITE_URL", "HOST", "PORT", "REDIS_URL", "DEBUG", "TRUSTED_PROXY_COUNT", "LOG_LEVEL")
for name in list(os.environ):
    if name.startswith(PREFIXES) or name in NAMES:
        del os.environ[name]
folder = tempfile.mkdtemp(prefix="chatsite-tests-")
atexit.register(shutil.rmtree, folder, ignore_errors=True)
os.environ["DATA_DIR"] = folder

from chatsite.settings import *  # noqa: E402, F403
from chatsite.settings import DATA_DIR, DATABASES, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: consumers, views and the test itself are threads with connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "tests.sqlite3"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_USE_MANIFEST = False
