#!/bin/sh
# Writes .env from .env.example, with every secret made at random: docker compose starts with it as it is. Secrets that
# stood in the example would be known to everybody. Needs nothing but a shell.
set -eu
cd "$(dirname "$0")/.."
if [ -e .env ]; then
  echo "エラー: .env はすでにあります。作り直すなら、移すか消してから実行してください（鍵を失うと、保存した認証情報を読めなくなります）。" >&2
  exit 1
fi
umask 077

letters() { LC_ALL=C tr -dc 'A-Za-z0-9' < /dev/urandom | head -c "$1"; }
fernet_key() { head -c 32 /dev/urandom | base64 | tr '+/' '-_'; }

while IFS= read -r line; do
  case $line in
    SECRET_KEY=) line=$line$(letters 64) ;;
    ENCRYPTION_KEYS=) line=$line$(fernet_key) ;;
    *_PASSWORD= | METRICS_TOKEN=) line=$line$(letters 32) ;;
    FLOWER_BASIC_AUTH=) line=${line}operator:$(letters 24) ;;
  esac
  printf '%s\n' "$line"
done < .env.example > .env.new
mv .env.new .env
echo ".env を書きました。ALLOWED_HOSTS を公開するホスト名に変えてください（TLS を終端するプロキシなしで試すなら ALLOWED_HOSTS=localhost とし、HTTPS_ONLY=false の行を足します）。ほかの設定は docs/settings.md にあります。"
