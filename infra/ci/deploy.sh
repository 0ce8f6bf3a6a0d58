#!/usr/bin/env bash
# Deploys what `make build` built to an environment of samconfig.toml, and asks nothing.
#
#   infra/ci/deploy.sh staging
#
# By the environment: AWS credentials and region, ARTIFACT_BUCKET, STACK_ROLE, BOUNDARY (outputs of github-oidc.yaml),
# and ALARM_EMAIL where there is one.
set -euo pipefail
cd "$(dirname "$0")/../.."

# What the command line overrides replaces what the file does: both have to be named.
read -ra parameters < <(python3 - "$1" <<'EOF'
import sys, tomllib
with open("samconfig.toml", "rb") as file:
    print(tomllib.load(file)[sys.argv[1]]["deploy"]["parameters"]["parameter_overrides"])
EOF
)
parameters+=("PermissionsBoundaryArn=$BOUNDARY")
if [ -n "${ALARM_EMAIL:-}" ]; then parameters+=("AlarmEmail=$ALARM_EMAIL"); fi
# Beside a template of one's own SAM looks for its configuration there.
.local/venv-sam/bin/sam deploy --config-file "$PWD/samconfig.toml" --config-env "$1" \
  --template-file .aws-sam/build/template.yaml --s3-bucket "$ARTIFACT_BUCKET" --s3-prefix "$1" --role-arn "$STACK_ROLE" \
  --no-confirm-changeset --no-fail-on-empty-changeset --no-progressbar \
  --parameter-overrides "${parameters[@]}"
