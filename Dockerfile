# One process of the bot. It writes nowhere but to its database; with SQLite, mount a volume at /data.
FROM python:3.13-slim-trixie AS build
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation -e .

# trixie: its client is of the server version that compose.yaml names, and can copy it
FROM python:3.13-slim-trixie
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home /data --create-home dutygrid \
    && install --directory --owner dutygrid --mode 700 /copies
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER dutygrid
VOLUME /data
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 WEB_HOST=0.0.0.0 LOG_FORMAT=json DATABASE_URL=sqlite:////data/dutygrid.db
HEALTHCHECK --interval=15s --timeout=3s CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]
ENTRYPOINT ["dutygrid"]
CMD ["run"]
