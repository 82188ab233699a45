#!/bin/sh
# A health check that ends its container at the last of so many failures in a row: an engine starts again what ended
# (`restart: unless-stopped`), not what is unhealthy.
#
#   end-when-unhealthy.sh FAILURES SECONDS COMMAND…
#
# An answer that takes longer than SECONDS is a failure. The container needs `init: true`: process 1 then only waits for
# the others, and every other process is ended.
set -u
most=$1 seconds=$2
shift 2
count=/tmp/health-failures

if timeout --kill-after=1 "$seconds" "$@"; then
  rm -f "$count"
  exit 0
fi
failures=$(($(cat "$count" 2>/dev/null || echo 0) + 1))
echo "$failures" > "$count"
if [ "$failures" -ge "$most" ]; then
  # Where the same container starts again, it counts anew.
  rm -f "$count"
  kill -s KILL -- -1
fi
exit 1
