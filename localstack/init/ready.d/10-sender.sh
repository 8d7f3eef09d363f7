#!/usr/bin/env bash
# Lets mail come from the sender that a stage is deployed with. Running it again changes nothing.

# ministack starts hooks with `sh`, whatever their first line says.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -euo pipefail

sender=${EM_CONNECT_SENDER:-tickets@em-connect.example}

# ministack names its endpoint; LocalStack's image has `awslocal`, which knows it.
on_emulator() {
  if [ -n "${AWS_ENDPOINT_URL:-}" ]; then
    aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"
  else
    awslocal "$@"
  fi
}

if on_emulator sesv2 get-email-identity --email-identity "$sender" >/dev/null 2>&1; then
  echo "mail may already come from $sender"
else
  on_emulator sesv2 create-email-identity --email-identity "$sender" >/dev/null
  echo "mail may come from $sender"
fi
