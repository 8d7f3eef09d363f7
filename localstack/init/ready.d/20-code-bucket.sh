#!/usr/bin/env bash
# Makes the bucket that `cargo xtask deploy` uploads code to. Running it again changes nothing.

# ministack starts hooks with `sh`, whatever their first line says.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -euo pipefail

region=${AWS_DEFAULT_REGION:-us-east-1}

# ministack names its endpoint; LocalStack's image has `awslocal`, which knows it.
on_emulator() {
  if [ -n "${AWS_ENDPOINT_URL:-}" ]; then
    aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"
  else
    awslocal "$@"
  fi
}

account=$(on_emulator sts get-caller-identity --query Account --output text)
bucket=em-connect-code-$account-$region
if on_emulator s3api head-bucket --bucket "$bucket" >/dev/null 2>&1; then
  echo "$bucket is there"
else
  on_emulator s3 mb "s3://$bucket" --region "$region"
fi
