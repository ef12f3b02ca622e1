"""Settings that are the same wherever the shop runs. Values that an operator chooses come from `environment`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reference_app.settings.environment import read

PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = False
SECRET_KEY = read("SECRET_KEY")
ALLOWED_HOSTS = read("ALLOWED_HOSTS")

# Apps with operations, in the order of the documentation; each has a module `urls` (see reference_app.api.routes).
SHOP_APPS = [
    "reference_app.accounts",
    "reference_app.catalogue",
    "reference_app.reviews",
    "reference_app.cart",
    "reference_app.orders",
    "reference_app.caching",
    "reference_app.seeding",
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "waffle",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "reference_app.api",
    "reference_app.http",
    "reference_app.throttling",
    "reference_app.observability",
    "reference_app.flags",
    *SHOP_APPS,
    "reference_app.backoffice.apps.BackOfficeConfig",
]

# From the outside in: what every answer needs, then what is cheapest to refuse.
MIDDLEWARE = [
    "reference_app.observability.middleware.RequestObservation",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "reference_app.http.cross_origin.CrossOriginHeaders",
    "reference_app.http.middleware.ResponseHeaders",
    "reference_app.observability.probes.Probes",
    "reference_app.http.middleware.RequestValidation",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "reference_app.http.bearer.BearerVerification",
    "reference_app.throttling.middleware.Throttling",
    "reference_app.http.cross_origin.Preflights",
    "reference_app.http.ended_versions.EndedVersions",
    # For the back office; none asks the database or sets a cookie before a view asks for the user.
    "reference_app.backoffice.middleware.Sessions",
    "django.middleware.csrf.CsrfViewMiddleware",
    "reference_app.backoffice.middleware.SignedInUsers",
    "reference_app.backoffice.middleware.Messages",
    "reference_app.api.views.KnownAddresses",
]

ROOT_URLCONF = "reference_app.urls"
WSGI_APPLICATION = "reference_app.wsgi.application"
APPEND_SLASH = False  # a POST without its slash would turn into a GET
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LANGUAGE_CODE = "en"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASE_POOL: dict[str, Any] = {
    "min_size": 1,
    "max_size": read("DATABASE_POOL_SIZE"),
    "timeout": read("DATABASE_POOL_WAIT_SECONDS"),
    "reconnect_timeout": 2.0,  # psycopg doubles its pauses up to this: after an outage no request waits for a long one
}

AUTH_USER_MODEL = "accounts.User"
# OWASP's first choice at its minimum (Password Storage Cheat Sheet): argon2id, 19 MiB, 2 passes, 1 lane; about 28 ms.
PASSWORD_HASHERS = ["reference_app.accounts.passwords.OwaspArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

TOKEN_SIGNING_KEY = read("TOKEN_SIGNING_KEY")
ACCESS_TOKEN_MINUTES = read("ACCESS_TOKEN_MINUTES")
REFRESH_TOKEN_DAYS = read("REFRESH_TOKEN_DAYS")
REFRESH_GRACE_SECONDS = read("REFRESH_GRACE_SECONDS")

REDIS_URL = read("REDIS_URL")
COUNTERS_URL = read("COUNTERS_URL") or REDIS_URL
THROTTLE_ANON = read("THROTTLE_ANON")
THROTTLE_USER = read("THROTTLE_USER")
THROTTLE_BURST = read("THROTTLE_BURST")
THROTTLE_SIGN_IN_ACCOUNT = read("THROTTLE_SIGN_IN_ACCOUNT")
THROTTLE_SIGN_IN_ADDRESS = read("THROTTLE_SIGN_IN_ADDRESS")
THROTTLE_STORE_DOWN = read("THROTTLE_STORE_DOWN")
TRUSTED_PROXY_COUNT = read("TRUSTED_PROXY_COUNT")

CURRENCY = "EUR"

CORS_ALLOWED_ORIGINS = read("ALLOWED_ORIGINS")
CORS_URLS_REGEX = r"^/api/"  # the back office is for its own pages alone
CORS_ALLOW_HEADERS = ["authorization", "content-type", "idempotency-key", "if-none-match", "x-request-id"]
CORS_EXPOSE_HEADERS = ["Deprecation", "ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"]
MAX_BODY_BYTES = 262_144
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
PLAIN_HTTP = read("PLAIN_HTTP")

SECURE_HSTS_SECONDS = 63_072_000  # two years; one is the least that the preload list accepts
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False  # PLAIN_HTTP decides: a redirect would teach clients to send their tokens in clear first
X_FRAME_OPTIONS = "DENY"
# Of the back office alone. __Host-: not from another host of the domain, not in clear, for this host alone.
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"

WAFFLE_ENABLE_ADMIN_PAGES = False  # flags have a page of the shop's own

METRICS_TOKEN = read("METRICS_TOKEN")
SENTRY_DSN = read("SENTRY_DSN")
LOG_LEVEL = read("LOG_LEVEL")
LOGGING_CONFIG = "reference_app.observability.logs.configure_logs"
LOGGING: dict[str, Any] = {"level": LOG_LEVEL}

STATIC_URL = "/static/"
STATIC_ROOT = read("STATIC_ROOT") or None
STATICFILES_FINDERS = ["reference_app.http.static.PageFilesFinder"]
WHITENOISE_USE_FINDERS = True  # what was not collected is served all the same, with a short lifetime
WHITENOISE_ALLOW_ALL_ORIGINS = False  # fonts and scripts are for pages of this host
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["gz", "br", "png", "map"]  # only debuggers ask for maps
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing is uploaded
    "staticfiles": {"BACKEND": "reference_app.http.static.ShopStaticFiles"},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["reference_app.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["reference_app.api.permissions.IsAllowed"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],  # for the document; api.json_bodies reads bodies
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "reference_app.api.negotiation.AlwaysJSON",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_THROTTLE_CLASSES": [],  # decided before any view, by reference_app.throttling
    "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.NamespaceVersioning",
    "ALLOWED_VERSIONS": ["v1", "v2"],
    "DEFAULT_SCHEMA_CLASS": "reference_app.api.schema.OperationSchema",
    "EXCEPTION_HANDLER": "reference_app.api.failures.handle_failure",
    "URL_FORMAT_OVERRIDE": None,
    "FORMAT_SUFFIX_KWARG": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Reference shop",
    "DESCRIPTION": "A production-ready shop backend: catalogue, reviews, cart, orders.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v[0-9]+",
    "SCHEMA_PATH_PREFIX_TRIM": True,  # the base of a version is the server of its document
    "DEFAULT_GENERATOR_CLASS": "reference_app.api.documents.DocumentGenerator",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # export_documents generates all of them, warnings as failures
    "PATH_CONVERTER_OVERRIDES": {"id": {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}},
}
