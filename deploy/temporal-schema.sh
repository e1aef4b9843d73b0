#!/bin/sh
# Makes or updates the two databases of the Temporal server. Runs before each start of the server; safe to repeat.
set -eu
export SQL_PASSWORD="$POSTGRES_PWD"
tool() {
  database=$1
  shift
  temporal-sql-tool --plugin postgres12 --ep "$POSTGRES_SEEDS" -p "$DB_PORT" -u "$POSTGRES_USER" --db "$database" "$@"
}
schema=/etc/temporal/schema/postgresql/v12
for pair in temporal:temporal temporal_visibility:visibility; do
  database=${pair%%:*}
  tool "$database" create
  tool "$database" setup-schema -v 0.0
  tool "$database" update-schema -d "$schema/${pair##*:}/versioned"
done
