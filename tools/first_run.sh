#!/usr/bin/env bash
# What a newcomer does: a fresh clone, an empty home, `make run`; then a second start on the same data.
# Prints how long each took and fails when a page does not open.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'kill %1 2>/dev/null || true; wait 2>/dev/null || true; sleep 1; rm -rf "$folder" || true' EXIT
port=${PORT:-8765}
git clone -q "$root" "$folder/clone"
cd "$folder/clone"
mkdir "$folder/home"

start() {
  local begin now
  begin=$(date +%s)
  env -u SURVEY_INSTANCE -u DATABASE_URL HOME="$folder/home" make run PORT="$port" >"$folder/log" 2>&1 &
  until curl -fsS "http://127.0.0.1:$port/healthz" >/dev/null 2>&1; do
    now=$(date +%s)
    if ! kill -0 %1 2>/dev/null || [ $((now - begin)) -gt 900 ]; then
      echo "make run did not start:"; tail -30 "$folder/log"; exit 1
    fi
    sleep 0.5
  done
  echo "$1: $(( $(date +%s) - begin )) s"
}
stop() {
  kill %1; wait %1 || true
  for _ in $(seq 120); do
    curl -fsS "http://127.0.0.1:$port/healthz" >/dev/null 2>&1 || return 0
    sleep 0.5
  done
  echo "make run did not stop"; exit 1
}

start "make run, fresh clone, empty home"
for page in /en/ /es/survey /ar/survey /en/results /en/results/2025 /en/staff/sign-in; do
  curl -fsSL -o /dev/null "http://127.0.0.1:$port$page" || { echo "$page does not open"; exit 1; }
done
grep -q "administrator" "$folder/log" || { echo "no demo sign-ins were printed"; exit 1; }
stop
start "make run, second start"
curl -fsS -o /dev/null "http://127.0.0.1:$port/en/results/2025" || { echo "the data was not kept"; exit 1; }
stop
