"""Every setting of the portal, read from the environment in this one file.

`.env.example` lists each name with its meaning. A setting that is missing or weak where it matters is refused at start
with a sentence that says what to do.
"""

import os
from base64 import b64decode
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def _read_env_file(path: Path) -> None:
    """Take NAME=value lines of a `.env` file for names that the environment does not already have."""
    if not path.is_file():
        return
    for line in path.read_text().splitlines():
        name, found, value = line.partition("=")
        if found and not name.lstrip().startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


def _needed(name: str, hint: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {hint} See .env.example.")
    return value


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def _number(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number.")
    return int(value)


def _key(name: str, text: str) -> bytes:
    try:
        key = b64decode(text, validate=True)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} holds a key that is not base64.") from error
    if len(key) != 32:
        raise ImproperlyConfigured(f"{name} holds a key of {len(key)} bytes; it must have 32.")
    return key


def _key_ring(text: str) -> dict[str, bytes]:
    ring = {}
    for part in text.split(","):
        key_id, found, encoded = part.strip().partition(":")
        if not found:
            raise ImproperlyConfigured("TRIALCRM_KEYS must be a list of id:base64 pairs, newest first.")
        ring[key_id] = _key("TRIALCRM_KEYS", encoded)
    return ring


_read_env_file(BASE_DIR / ".env")

MODES = ("production", "demo", "development", "test")
MODE = os.environ.get("TRIALCRM_MODE", "production")
if MODE not in MODES:
    raise ImproperlyConfigured(f"TRIALCRM_MODE is {MODE!r}; it must be one of {', '.join(MODES)}.")
IS_PRODUCTION = MODE == "production"
DEBUG = MODE == "development"

SECRET_KEY = _needed("SECRET_KEY", "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(64))'.")
ALLOWED_HOSTS = _list("ALLOWED_HOSTS", "" if IS_PRODUCTION else "localhost,127.0.0.1,[::1],testserver")
CSRF_TRUSTED_ORIGINS = _list("CSRF_TRUSTED_ORIGINS")
if IS_PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is not set. Name the hosts that the portal answers to, with commas.")

# --- what is kept where -------------------------------------------------------------------------------------

STATE_DIR = Path(os.environ.get("TRIALCRM_STATE", BASE_DIR / "var"))
IMPORT_DIR = STATE_DIR / "imports"

_DATABASE_HINT = "It is the PostgreSQL address of the application's role: postgresql://user:password@host/name."
_DATABASE_URL = _needed("DATABASE_URL", _DATABASE_HINT)
DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL", _DATABASE_URL)
# Commands that change tables run as the owner of the database; pages never do.
_RUNS_AS_OWNER = os.environ.get("TRIALCRM_AS_OWNER") == "1"
DATABASES = {"default": dj_database_url.parse(DATABASE_OWNER_URL if _RUNS_AS_OWNER else _DATABASE_URL)}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL server: the trail's guarantees live in it.")
DATABASES["default"]["CONN_MAX_AGE"] = _number("DATABASE_CONN_MAX_AGE", 0 if MODE == "test" else 60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})
DATABASE_APP_ROLE = os.environ.get("DATABASE_APP_ROLE", "trialcrm_app")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_KEYS_HINT = "It is the key ring for identities: id:base64 of 32 random bytes, newest first."
ENCRYPTION_KEYS = _key_ring(_needed("TRIALCRM_KEYS", _KEYS_HINT))
_INDEX_HINT = "It is the key of the look-up index of identities: base64 of 32 random bytes."
ENCRYPTION_INDEX_KEY = _key("TRIALCRM_INDEX_KEY", _needed("TRIALCRM_INDEX_KEY", _INDEX_HINT))

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"},
    # Counts calls of programs. Each process counts for itself, so that counting costs no query.
    "calls": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "calls"},
}

# --- what it is made of -------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "trialcrm",
    "trialcrm.core",
    "trialcrm.audit",
    "trialcrm.access",
    "trialcrm.users",
    "subjects",
    "medications",
    "safety",
    "messaging",
    "trialcrm.trail",
    "trialcrm.cdisc",
    "trialcrm.live",
    "trialcrm.dashboards",
    "trialcrm.console",
    "trialcrm.api",
    "trialcrm.pages",
    "trialcrm.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "guardian",
    "simple_history",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
    "template_partials",
    "django_filters",
    "lucide",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "trialcrm.users.middleware.SessionLimitMiddleware",
    "trialcrm.users.middleware.SecondFactorMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "trialcrm.audit.middleware.RequestContextMiddleware",
    "trialcrm.access.middleware.RefusalMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "trialcrm.urls"
WSGI_APPLICATION = "trialcrm.wsgi.application"
ASGI_APPLICATION = "trialcrm.asgi.application"

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
                "trialcrm.pages.frame.context",
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "trialcrm.core.templatetags.icons",
                "trialcrm.access.templatetags.access",
                "trialcrm.core.templatetags.show",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- words, times and files ---------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
LOCALE_PATHS = [BASE_DIR / "trialcrm" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / "staticfiles"))
_STATIC_STORE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(STATE_DIR / "files"), "base_url": None},
    },
    "staticfiles": {
        "BACKEND": _STATIC_STORE if IS_PRODUCTION else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- people and sessions ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pages:home"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_RESET_TIMEOUT = 60 * 60
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ["email", "name"]}},
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
]
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

ACCOUNT_ADAPTER = "trialcrm.users.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Attempts per account are counted by the portal's own lock (trialcrm.users.services.lock); this limits one address.
# A hospital may sit behind one address, so these are generous.
ACCOUNT_RATE_LIMITS = {"login_failed": "60/15m/ip", "login": "300/m/ip"} if MODE != "test" else False
# Takes the same time for an address that has an account and one that has none.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 (a class)
# How many proxies of our own stand before the portal: the visitor's address is the one that the outermost has seen.
ALLAUTH_TRUSTED_PROXY_COUNT = _number("TRUSTED_PROXY_COUNT", 0)
USERSESSIONS_TRACK_ACTIVITY = False

# Sign-up and invitations: where the portal is as people's mails name it, and how long a link is good for.
PORTAL_ORIGIN = os.environ.get("PORTAL_ORIGIN", next(iter(CSRF_TRUSTED_ORIGINS), ""))
INVITATION_HOURS = _number("INVITATION_HOURS", 7 * 24)

# Second factors: authenticator codes, security keys, recovery codes. The sponsor's side and operators must have one
# unless the installation says otherwise; the people of the demo and of tests have none.
SECOND_FACTOR_REQUIRED = os.environ.get("SECOND_FACTOR_REQUIRED", "1" if IS_PRODUCTION else "0") == "1"
MFA_ADAPTER = "trialcrm.users.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "trialcrm.users.forms.factors.CodeForm",
    "reauthenticate": "trialcrm.users.forms.factors.CodeAgainForm",
    "activate_totp": "trialcrm.users.forms.factors.ActivateForm",
    "add_webauthn": "trialcrm.users.forms.factors.AddKeyForm",
}
MFA_TOTP_ISSUER = "TrialCRM"
# One step either way, for clocks that are not quite right (RFC 6238 5.2).
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300

# Single sign-on with one OpenID Connect provider; off while it has no name. It never makes an account or a right.
OIDC_CLIENT_ID = os.environ.get("OIDC_CLIENT_ID", "")
OIDC_ISSUER = os.environ.get("OIDC_ISSUER", "").rstrip("/")
OIDC_NAME = os.environ.get("OIDC_NAME", "single sign-on")
if OIDC_CLIENT_ID and not OIDC_ISSUER:
    raise ImproperlyConfigured("OIDC_CLIENT_ID is set and OIDC_ISSUER is not. Name the provider's address.")
SOCIALACCOUNT_ADAPTER = "trialcrm.users.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": os.environ.get("OIDC_CLIENT_SECRET", ""),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ]
        if OIDC_CLIENT_ID
        else [],
    }
}
# The sign-in is a form that ends at the provider, which the browser allows only to addresses named here.
_OIDC_ORIGINS = _list("OIDC_ORIGINS", "{0.scheme}://{0.netloc}".format(urlsplit(OIDC_ISSUER)) if OIDC_ISSUER else "")

SESSION_COOKIE_NAME = "trialcrm_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_MINUTES = _number("SESSION_IDLE_MINUTES", 15)
SESSION_ABSOLUTE_HOURS = _number("SESSION_ABSOLUTE_HOURS", 12)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_HOURS * 3600
OPERATOR_IDLE_MINUTES = _number("OPERATOR_IDLE_MINUTES", 10)
SIGN_IN_ATTEMPTS = _number("SIGN_IN_ATTEMPTS", 5)
SIGN_IN_LOCK_MINUTES = _number("SIGN_IN_LOCK_MINUTES", 15)
SIGN_ATTEMPTS = _number("SIGN_ATTEMPTS", 3)
SIGN_FAST_WINDOW_MINUTES = _number("SIGN_FAST_WINDOW_MINUTES", 15)

# Calls that one person or token may make through the API, in each process: a number, a slash, and s, m or h.
API_RATE = os.environ.get("API_RATE", "600/m")

# --- access -------------------------------------------------------------------------------------------------

# The tables that grants sit on live in an app above the access package; their names are bound here.
ACCESS_STUDY_MODEL = "subjects.Study"
ACCESS_SITE_MODEL = "subjects.Site"
ACCESS_SUBJECT_MODEL = "subjects.Subject"

# --- mail ---------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "TrialCRM <no-reply@localhost>")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
if MODE == "test":
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
elif not os.environ.get("EMAIL_HOST"):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = STATE_DIR / "mail"
    if IS_PRODUCTION:
        raise ImproperlyConfigured("EMAIL_HOST is not set: without it nobody can reset a password.")
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = _number("EMAIL_PORT", 587)
EMAIL_HOST_USER = os.environ.get("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "1") == "1"

# --- what the browser is told -------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *_OIDC_ORIGINS],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_PRODUCTION
CSRF_COOKIE_HTTPONLY = True
if IS_PRODUCTION:
    SECURE_HSTS_SECONDS = _number("HSTS_SECONDS", 365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
