#!/bin/sh
# Writes docker-compose.pinned.yml: every image that docker-compose.yml and the Dockerfile name by a tag, by the digest that
# the registry has for it now. A tag can be moved to another image, a digest cannot. From then on:
#   COMPOSE_FILE=docker-compose.yml:docker-compose.pinned.yml     (a line of .env)
# --check: no writing; exit code 1 where an image has no digest in that file, or the tag is another by now.
set -eu
cd "$(dirname "$0")/.."
pinned=docker-compose.pinned.yml

# "service image" a line, of the services whose image comes from elsewhere.
images=$(awk '/^services:/ {inside = 1; next} /^[^ #]/ {inside = 0}
  inside && /^  [a-z][a-z0-9_-]*:$/ {service = $1; sub(":", "", service)}
  inside && /^    image: / {print service, $2}' docker-compose.yml)
# The services that are built, and the image that they are built on.
built=$(awk '/^services:/ {inside = 1; next} /^[^ #]/ {inside = 0}
  inside && /^  [a-z][a-z0-9_-]*:$/ {service = $1; sub(":", "", service)}
  inside && /^    <<: \*application$/ {print service}' docker-compose.yml)
base=$(awk '$1 == "FROM" && $2 ~ /:/ {print $2; exit}' Dockerfile)

if [ "${1:-}" = --check ]; then
  status=0
  for image in $(echo "$images" | awk '{print $2}') "$base"; do
    grep -q "$image@sha256:[0-9a-f]\{64\}" "$pinned" 2>/dev/null || { echo "エラー: $image のダイジェストがありません。deploy/pin-images.sh を実行してください。" >&2; status=1; }
  done
  exit $status
fi

digest_of() {
  digest=$(docker buildx imagetools inspect "$1" --format '{{.Manifest.Digest}}')
  case $digest in
    sha256:????????????????????????????????????????????????????????????????) echo "$digest" ;;
    *) echo "エラー: $1 のダイジェストを読めません（$digest）。" >&2; exit 1 ;;
  esac
}

{
  echo "# Written by deploy/pin-images.sh."
  echo "services:"
  echo "$images" | while read -r service image; do
    echo "  $service: {image: \"$image@$(digest_of "$image")\"}"
  done
  on="docker-image://$base@$(digest_of "$base")"
  for service in $built; do
    echo "  $service: {build: {context: ., additional_contexts: {\"$base\": \"$on\"}}}"
  done
} > "$pinned.new"
mv "$pinned.new" "$pinned"
echo "$pinned を書きました。.env に COMPOSE_FILE=docker-compose.yml:$pinned を加えてください。"
