"""Django settings. Everything that differs between installations comes from `config.environment`."""

import logging
import os
import sys
from datetime import timedelta
from pathlib import Path
from ssl import CERT_REQUIRED

from config.appearance import APPEARANCE
from config.environment import read_environment
from config.ledger_settings import CHANGE_RATES, COMPLETENESS
from config.middleware import PASSED_BY_REQUESTS
from config.redis_settings import BROKER_TIMEOUTS, cache_settings
from config.rest_settings import REST_SETTINGS, SCHEMA_SETTINGS
from config.schema_names import ENUM_NAMES
from config.static_settings import NOT_COMPRESSED, static_storage
from database.database_settings import database_settings
from database.process_kind import ProcessKind, find_process_kind
from logs.logging_settings import logging_settings
from sign_in.limits import LIMITS
from subscriptions.schedule import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
environment = read_environment()

# --- Core ---------------------------------------------------------------------------------------------------------
DEBUG = environment.debug
SECRET_KEY = environment.secret_key
ENCRYPTION_KEYS = environment.encryption_keys
METRICS_TOKEN, METRICS_PORT = environment.metrics_token, environment.metrics_port
METRICS_ALLOWED_NETWORKS = environment.metrics_allowed_networks
TRUSTED_PROXIES, FLOWER_URL = environment.trusted_proxies, environment.flower_url
RUNTIME_DIRECTORY = environment.runtime_directory
ALLOWED_HOSTS = environment.allowed_hosts
CSRF_TRUSTED_ORIGINS = environment.csrf_trusted_origins
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False

INSTALLED_APPS = [
    "config.admin_site.UnfoldWithOurSite",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.static_files.CollectedFiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_prometheus",
    "corsheaders",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "operations",
    "backups",
    "sign_in",
    "api",
    "masters",
    "companies",
    "datasources",
    "syncjobs",
    "subscriptions",
    "agents",
]

MIDDLEWARE = PASSED_BY_REQUESTS
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
            "libraries": {"list_rows": "admin_pages.list_rows", "parts": "admin_pages.parts"},
        },
    },
]

# --- Language and time --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
# A year; the choice is of one person at one browser.
LANGUAGE_COOKIE_AGE = 365 * 86_400
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = environment.https_only
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True

# --- Stored state -------------------------------------------------------------------------------------------------
PROCESS_KIND = find_process_kind(sys.argv, os.environ)
DATABASES = {"default": database_settings(environment.database_url, environment.connection_limits, PROCESS_KIND)}
CACHES = cache_settings(cache_url=environment.redis_url, state_url=environment.broker_url)
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True
# When `keep_backups` takes one, and which it keeps.
BACKUP_PLAN = environment.backup_plan

# --- Background work ----------------------------------------------------------------------------------------------
CELERY_BROKER_URL = environment.broker_url
# Without being told, Celery takes any certificate that a broker over TLS shows. `?ssl_cert_reqs=none` in the URL still can.
CELERY_BROKER_USE_SSL = {"ssl_cert_reqs": CERT_REQUIRED} if environment.broker_url.startswith("rediss:") else None
CELERY_BROKER_TRANSPORT_OPTIONS = BROKER_TIMEOUTS
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TIMEZONE = TIME_ZONE
CELERY_ENABLE_UTC = True
# Acknowledged when taken: what became of a run is in the database, and the reaper starts again what lost its worker.
# A message held until the end would add nothing, and Celery's worker dies of one that is open when Redis restarts.
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_IGNORE_RESULT = True
# No results are kept, so there are none to clean up every night.
CELERY_RESULT_EXPIRES = None
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "operations.beat:LivingScheduler"
# When a task was sent last is written at once: it is what shows that beat is alive.
CELERY_BEAT_SYNC_EVERY = 1
# The one schedule that is nobody's to change: all others are rows that operators edit.
CELERY_BEAT_SCHEDULE = SCHEDULE
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_FAILURE_LOG_LEVEL = logging.ERROR

# --- Security -----------------------------------------------------------------------------------------------------
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
SIGN_IN_LIMITS = LIMITS
AXES_HANDLER = "sign_in.attempts.AttemptHandler"
AXES_CLIENT_IP_CALLABLE = "sign_in.attempts.address_of"
AXES_FAILURE_LIMIT = 1
AXES_COOLOFF_TIME = timedelta(days=1)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# A device whose waiting time doubles can be made to wait for ever by whoever has the password.
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "sign_in.lockout_page.show_lockout"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# Whether everyone has to have a second factor; otherwise each may.
SECOND_FACTOR_REQUIRED = environment.second_factor_required
OTP_TOTP_ISSUER = "Meigara"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = environment.https_only
# Probes and the metrics scraper reach the process directly, without the proxy that ends TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.https_only else None
SECURE_HSTS_SECONDS = 31_536_000 if environment.https_only else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = environment.https_only
X_FRAME_OPTIONS = "DENY"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
DEFAULT_EXCEPTION_REPORTER_FILTER = "logs.error_reports.SecretsHidden"
# A JPX list is under 1 MB; anything much larger is not one.
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
# A list of a thousand values, each with its name, and the endpoint's other parameters.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1100

# --- Static files -------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Collected files are found under names with a digest alone, which browsers keep for good, with brotli and gzip beside each. With
# DEBUG they are served from where they are installed.
WHITENOISE_USE_FINDERS = environment.static_from_packages
WHITENOISE_KEEP_ONLY_HASHED_FILES, WHITENOISE_SKIP_COMPRESS_EXTENSIONS = True, NOT_COMPRESSED
STATIC_ROOT = None if environment.static_from_packages else BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": static_storage(from_packages=environment.static_from_packages)},
}

# --- Ledger -------------------------------------------------------------------------------------------------------
SNAPSHOT_COMPLETENESS, SNAPSHOT_CHANGE_RATES = COMPLETENESS, CHANGE_RATES

# --- Data sources -------------------------------------------------------------------------------------------------
# Whether a source may be inside the network (a laptop, tests, a gateway of one's own).
ALLOW_PRIVATE_SOURCES = environment.allow_private_sources
# Who is asked for lists and quotes, or publishes files: a folder each (`datasources.providers`). The first is the default.
DATA_PROVIDERS = ["datasources.jquants", "datasources.jpx", "datasources.yahoo", "datasources.edinet"]
# Create the J-Quants source at first start; from then on the admin's settings hold.
JQUANTS_API_KEY, JQUANTS_BASE_URL = environment.jquants_api_key, environment.jquants_base_url
# How patiently each is asked; of quotes, by a run and while somebody waits for one.
JQUANTS_REQUESTS, EDINET_REQUESTS, JPX_REQUESTS = (environment.requests[name] for name in ("JQUANTS", "EDINET", "JPX"))
YAHOO_REQUESTS, YAHOO_REQUESTS_ON_DEMAND = environment.requests["YAHOO"], environment.requests["YAHOO_ON_DEMAND"]
# So many of the last business days are kept complete by themselves, within the plan.
WATCHED_BUSINESS_DAYS = 250
DELIVERY_LIMITS, ALLOW_PRIVATE_RECEIVERS = environment.delivery_limits, environment.delivery_limits.may_be_private

# --- Telling others -----------------------------------------------------------------------------------------------
# No sender: no mail. Every step of a conversation with the server takes no longer than the time-out.
MAIL_FROM = DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.mail.sender
EMAIL_BACKEND, EMAIL_TIMEOUT = environment.mail.backend, environment.mail.timeout_seconds
EMAIL_HOST, EMAIL_PORT = environment.mail.host, environment.mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = environment.mail.user, environment.mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = environment.mail.starts_tls, environment.mail.is_tls
# Where people reach the product; without it what is told has no links.
PUBLIC_URL = environment.public_url

# --- Admin --------------------------------------------------------------------------------------------------------
UNFOLD = APPEARANCE
# Fields for days have a template of ours; `django.forms` above has the rest.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- REST API -----------------------------------------------------------------------------------------------------
WRONG_API_KEYS = environment.wrong_api_keys
# Endpoints that are answered from the cache; each app declares its own.
API_CACHED_ROUTES = ["companies.api.caching.ROUTES", "masters.api.caching.ROUTES", "syncjobs.api.caching.ROUTES"]
CORS_ALLOWED_ORIGINS = environment.cors_allowed_origins
CORS_URLS_REGEX = r"^/(?:api/|mcp/?$)"
CORS_ALLOW_METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST"]
CORS_ALLOW_HEADERS = [
    "accept", "accept-language", "authorization", "content-type", "idempotency-key", "if-modified-since", "if-none-match", "x-api-key",
    "x-request-id", "mcp-protocol-version", "mcp-method", "mcp-name",
]  # fmt: skip
CORS_EXPOSE_HEADERS = [
    "Content-Disposition", "ETag", "Idempotency-Replayed", "Last-Modified", "Link", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Data-State", "X-Ledger-Head", "X-Ledger-Revision", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Request-ID",
]  # fmt: skip
REST_FRAMEWORK = REST_SETTINGS
SPECTACULAR_SETTINGS = SCHEMA_SETTINGS | {"ENUM_NAME_OVERRIDES": ENUM_NAMES}

# --- Logs ---------------------------------------------------------------------------------------------------------
LOG_FORMAT, LOG_LEVEL = environment.log_format, environment.log_level
# Beat and the notifier do the same every few seconds; what comes of it has lines of its own.
LOGGING = logging_settings(
    LOG_FORMAT, LOG_LEVEL, tells_tasks=PROCESS_KIND not in (ProcessKind.BEAT, ProcessKind.NOTIFIER)
)
