#!/bin/sh
# Writes docs/agreement.md anew, from the lists and the official days of a folder, in a database made for it: `make agreement DATA=FOLDER`.
# FOLDER has jpx/*.csv (JPX's monthly lists), edinet/*.zip (EDINET's code lists) and delisted/*.csv (official days). Exit code 1 where a
# difference has no cause: neither the data nor docs/agreement-causes.csv gives one.
set -eu
folder=$1
manage() { "$PYTHON" manage.py "$@"; }

manage migrate --verbosity 0
for list in "$folder"/jpx/*.csv; do
  # A list of another market structure than the one before is held for a person; here that is who reads the report.
  manage import_listing "$list" 2>/dev/null || { echo "--force: $list"; manage import_listing --force "$list"; }
done
manage import_issuers "$folder"/edinet/*.zip
manage import_official_dates "$folder"/delisted/*.csv
manage reconcile --language en --causes docs/agreement-causes.csv --report docs/agreement.md
