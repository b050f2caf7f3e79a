#!/bin/sh
# Packs the Python wheel, installs it into a virtual environment, synthesizes examples/python from it, and hands it objects of several cdk8s-plus.
# usage: test/python/run.sh [DIRECTORY]   keeps the environment in DIRECTORY. Default: one that is removed at the end.
# Needs python3 with venv, and what pip installs: cdk8s, cdk8s-plus-27, -33 and -37, constructs, jsii.
set -eu

cd "$(dirname "$0")/../.."
# shellcheck source=test/support/bindings.sh
. test/support/bindings.sh

[ -x "$work/bin/python" ] || python3 -m venv "$work"
# jsii-pacmak builds the wheel with an environment of its own and needs setuptools and wheel beside it.
PATH=$work/bin:$PATH
export PATH
rm -rf dist/python
npx projen package:python
pip install --quiet --disable-pip-version-check --force-reinstall dist/python/*.whl

manifests=$work/manifests
rm -rf "$manifests"
CDK8S_OUTDIR=$manifests python examples/python/main.py
expect_installation "$manifests"
echo "a wheel of $(wc -c < "$(ls dist/python/*.whl)") bytes synthesized $(grep -c '^kind:' "$manifests"/*.yaml) objects"

# Our own, that which `cdk8s init` installs, and the newest.
pip install --quiet --disable-pip-version-check cdk8s-plus-33 cdk8s-plus-37
for plus in cdk8s_plus_27 cdk8s_plus_33 cdk8s_plus_37; do
  python test/python/any_cdk8s_plus.py "$plus"
done
