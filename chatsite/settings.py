"""Every setting of the site, in one file, read from the environment by the readers of `chatsite.env`.

Times are in seconds and sizes in the unit the name says, unless a comment tells otherwise.
"""

import os
from pathlib import Path

from chatsite import security
from chatsite.database import database_settings
from chatsite.env import BadSetting, Env
from chatsite.folders import data_folder, kept_secret
from chatsite.limits import Limits
from chatsite.mcp import stdio_servers
from chatsite.origins import LOOPBACK_HOSTS, host_of

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env(os.environ)

DEBUG = env.flag("DEBUG")
DATA_DIR = data_folder(BASE_DIR / env.text("DATA_DIR", "data"))
SECRET_KEY = env.secret("SECRET_KEY") or kept_secret(DATA_DIR / "secret_key")
if len(SECRET_KEY) < 32:
    raise BadSetting("SECRET_KEY is too short: it must have at least 32 characters, or be left out.")

# Where the site listens, and the one address people type. Without SITE_URL it answers on this machine only,
# under each of the loopback names.
HOST = env.text("HOST", "127.0.0.1")
PORT = env.integer("PORT", 8000, low=0, high=65_535)  # 0: a free one, told when the site is ready
SITE_URL = env.url("SITE_URL")
if SITE_URL.count("/") > 2:
    raise BadSetting("SITE_URL must have no path: Chatsite lives at the root of its address.")
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = [host_of(SITE_URL)] if SITE_URL else [*LOOPBACK_HOSTS, HOST]
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []
# How many proxies of ours stand in front. Above 0, the last entries of X-Forwarded-For and X-Forwarded-Proto
# are believed; at 0 these headers change nothing.
TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 0, high=10)

INSTALLED_APPS = [
    "chatsite.apps.ChatsiteConfig",
    "chatsite.accounts",
    "conversations",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
]
MIDDLEWARE = [
    "chatsite.security.headers_middleware",
    "chatsite.health.health_middleware",  # before the host check: a load balancer asks by address
    "servestatic.middleware.ServeStaticMiddleware",  # before everything that needs a thread
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # the net below the guard of each view
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # Synchronous and last, which makes Django run the whole chain above it in one thread hop, not in twenty.
    "chatsite.accounts.sessions.SessionLimits",
]
ROOT_URLCONF = "chatsite.urls"
ASGI_APPLICATION = "chatsite.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": database_settings(env, DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# For several server processes, which this version does not run yet; a check says so when set. One process
# delivers in its own memory, and a channel layer would only cost each socket an idle task.
REDIS_URL = env.url("REDIS_URL", schemes=("redis", "rediss"))

# The completions server. With neither a key nor an address the site runs on its built-in one: demo mode.
AIML_API = "https://api.aimlapi.com/v1"
COMPLETIONS_API_KEY = env.secret("COMPLETIONS_API_KEY", "AIMLAPI_API_KEY")
COMPLETIONS_BASE_URL = env.url("COMPLETIONS_BASE_URL", AIML_API if COMPLETIONS_API_KEY else "")
DEMO = not COMPLETIONS_BASE_URL
COMPLETIONS_MODELS = env.words("COMPLETIONS_MODELS", ("gpt-4-1106-preview", "gpt-4-0125-preview"))
COMPLETIONS_BILLING_URL = env.url("COMPLETIONS_BILLING_URL")  # empty: the origin of the address above
COMPLETIONS_PRICES = env.prices("COMPLETIONS_PRICES")  # where the server states no cost
COMPLETIONS_TRANSPORT = env.choice("COMPLETIONS_TRANSPORT", ("aiohttp", "httpx"), "aiohttp")
COMPLETIONS_CONNECT_SECONDS = env.seconds("COMPLETIONS_CONNECT_SECONDS", 10)
COMPLETIONS_FIRST_BYTE_SECONDS = env.seconds("COMPLETIONS_FIRST_BYTE_SECONDS", 120)
COMPLETIONS_IDLE_SECONDS = env.seconds("COMPLETIONS_IDLE_SECONDS", 60)  # silence between two chunks
COMPLETIONS_TOTAL_SECONDS = env.seconds("COMPLETIONS_TOTAL_SECONDS", 600)

# The functions that models may be offered: which of those in conversations/tools/builtin, and modules with
# functions of the owner's.
TOOLS_BY_DEFAULT = (
    "current_time",
    "calculator",
    "convert_units",
    "search_conversations",
    "read_attachment",
)
BUILT_IN_TOOLS = (*TOOLS_BY_DEFAULT, "fetch_url")  # which sends requests to wherever a model says
TOOLS = env.some_of("CHATSITE_TOOLS", BUILT_IN_TOOLS, TOOLS_BY_DEFAULT)
TOOL_MODULES = env.words("CHATSITE_TOOL_MODULES", ())
# MCP servers: those on the web are rows that admins manage, and may use these secrets by their names; those
# that are programs on this machine stand in a file.
MCP_TOKENS = env.secrets("MCP_TOKEN_")
MCP_STDIO_FILE = env.text("CHATSITE_MCP_STDIO_FILE")
MCP_STDIO = stdio_servers("CHATSITE_MCP_STDIO_FILE", BASE_DIR / MCP_STDIO_FILE) if MCP_STDIO_FILE else {}

LIMITS = Limits.from_env(env)
ATTACHMENTS_DIR = DATA_DIR / "attachments"
# Read by `manage.py ensure_admin`.
CHATSITE_ADMIN_EMAIL = env.text("CHATSITE_ADMIN_EMAIL")
CHATSITE_ADMIN_PASSWORD = env.text("CHATSITE_ADMIN_PASSWORD")

# Accounts: e-mail and password, no sign-up. Rates are "tries/time/what they are counted by"; "key" is the
# e-mail address tried. They are counted in this process's memory.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name")}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "chatsite.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are added by an admin, and the site sends no mail
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "5/15m/key,50/h/ip",
    "signup": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}

# Sessions. A person stays signed in for 14 days without a visit and for 30 days at most; in the admin the
# last visit may be 1 hour ago, and the sign-in 12 hours. `chatsite.accounts.sessions` holds these.
SESSION_IDLE_SECONDS = 14 * 86_400
SESSION_TOTAL_SECONDS = 30 * 86_400
ADMIN_IDLE_SECONDS = 3_600
ADMIN_TOTAL_SECONDS = 12 * 3_600
SESSION_COOKIE_AGE = SESSION_IDLE_SECONDS
# A __Host- name makes the browser refuse the cookie from a sub-domain or over http; it needs https.
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "chatsite_session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "chatsite_csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True  # pages carry the token themselves
CSRF_COOKIE_SAMESITE = "Lax"

# What every response says to the browser.
CONTENT_SECURITY_POLICY = {"DIRECTIVES": security.content_security_policy(SITE_URL, PORT)}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 30 * 86_400 if HTTPS else 0
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # other names below this one may be anybody's: HSTS is for this host alone
    "security.W021",  # and the browsers' preload list is the owner's decision
    "security.W008",  # the proxy that ends TLS redirects http; no http request reaches this server
]
DATA_UPLOAD_MAX_MEMORY_SIZE = LIMITS.body_bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "chatsite.staticfiles.HashedStaticFiles"
    },
}
SERVESTATIC_MAX_AGE = 60  # of files without a hash in their name; those with one are kept for years
SERVESTATIC_ALLOW_ALL_ORIGINS = False
SERVESTATIC_USE_FINDERS = DEBUG
SERVESTATIC_AUTOREFRESH = DEBUG

LOG_LEVEL = env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "chatsite.logs.OneLineFormatter",
            "secrets": [COMPLETIONS_API_KEY, *MCP_TOKENS.values()],
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "chatsite": {"level": LOG_LEVEL},
        "conversations": {"level": LOG_LEVEL},
        # Django's own default would print each line twice.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # Anybody can send a wrong Host header, as often as they like; each would be a traceback.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        "django.request": {"level": "ERROR"},  # a page that does not exist is no fault of ours
    },
}

env.refuse_misspelt("COMPLETIONS_", "CHATSITE_")
