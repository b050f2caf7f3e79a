#!/bin/sh
# Generates the Go module, compiles examples/go with it, and synthesizes it.
# usage: test/go/run.sh [DIRECTORY]   keeps what it makes in DIRECTORY. Default: one that is removed at the end. Exit code 77: skipped, there is no Go.
# cdk8s and cdk8s-plus-27 are generated from their npm packages, which describe their types as ours does: what a proxy has of them is not needed.
# Needs Go 1.25 or newer, and what it downloads: constructs-go and jsii-runtime-go.
set -eu

command -v go >/dev/null || { echo '!!! SKIPPED: Go: there is no go' >&2; exit 77; }
cd "$(dirname "$0")/../.."
# shellcheck source=test/support/bindings.sh
. test/support/bindings.sh

rm -rf "$work/go" "$work/example" "$work/manifests"
npm_config_ignore_scripts=true npx jsii-pacmak --code-only --target go --outdir "$work" node_modules/cdk8s node_modules/cdk8s-plus-27 .

ours=$(sed -n 's/^module //p' "$work/go/cdk8sredisha/go.mod")
mkdir -p "$work/example"
cp examples/go/main.go "$work/example"
{
  printf 'module test\n\ngo 1.25\n\nrequire %s v0.0.0\n' "$ours"
  for folder in cdk8sredisha cdk8s cdk8splus27; do
    echo "replace $(sed -n 's/^module //p' "$work/go/$folder/go.mod") => ../go/$folder"
  done
} >"$work/example/go.mod"
(
  cd "$work/example"
  go mod tidy
  go vet .
  go build -o example .
)
CDK8S_OUTDIR=$work/manifests "$work/example/example"
expect_installation "$work/manifests"
echo "Go: synthesized $(grep -c '^kind:' "$work"/manifests/*.yaml) objects"
