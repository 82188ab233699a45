#!/bin/sh
# sh deploy/release.sh 1.1.0: the version wherever it stands, the changelog's heading, one commit and the tag v1.1.0. Pushes nothing.
# config/version.py is what holds; tests/deploy/test_version.py fails where another place says otherwise.
set -eu
cd "$(dirname "$0")/.."
version=${1:-}
refuse() { echo "エラー: $1" >&2; exit 1; }

printf '%s\n' "$version" | grep -Eqx '[0-9]+\.[0-9]+\.[0-9]+' || refuse "バージョンを X.Y.Z の形で指定してください（例: sh deploy/release.sh 1.1.0）。"
[ -z "$(git status --porcelain)" ] || refuse "コミットしていない変更があります。コミットしてから、もう一度実行してください。"
[ -z "$(git tag --list "v$version")" ] || refuse "v$version はすでにあります。"
unreleased=$(sed -n '/^## Unreleased$/,/^## [0-9]/{/^## /d;/./p;}' CHANGELOG.md)
[ -n "$unreleased" ] || refuse "CHANGELOG.md の「## Unreleased」に何も書かれていません。"

change() { # file, sed's words
  sed -E "$2" "$1" > "$1.new"
  cat "$1.new" > "$1"  # keeps the permissions
  rm "$1.new"
}
number='[0-9]+\.[0-9]+\.[0-9]+'
change config/version.py "s/^VERSION = \"$number\"/VERSION = \"$version\"/"
change pyproject.toml "s/^version = \"$number\"/version = \"$version\"/"
change docs/openapi.yaml "s/^  version: $number\$/  version: $version/"
change deploy/helm/meigara/Chart.yaml "s/^version: $number/version: $version/; s/^appVersion: \"$number\"/appVersion: \"$version\"/"
change docker-compose.yml "s/image: (meigara|meigara-flower):$number/image: \\1:$version/"
change Dockerfile "s/image\.version=\"$number\"/image.version=\"$version\"/"
change CHANGELOG.md "s/^## Unreleased\$/## $version ($(date +%Y-%m-%d))/"
git commit --quiet --all --message "Release $version"
git tag --annotate "v$version" --message "Meigara $version"
echo "v$version を作りました。公開するには: git push --follow-tags"
