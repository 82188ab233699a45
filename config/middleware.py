"""What every request passes on its way to a view and back, the outermost first."""

PASSED_BY_REQUESTS = [
    "operations.probes.ProbesMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "api.middleware.ApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "operations.page_compression.PageCompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "admin_pages.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "operations.page_requests.PageRequestMiddleware",
    "sign_in.known_browsers.KnownBrowserMiddleware",
    "sign_in.second_factor_middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "admin_pages.odd_requests.OddRequestMiddleware",
    # Turns the sign-in that is one too many into the page that says so.
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
