#!/bin/sh
# What the tests of languages, test/LANGUAGE/run.sh, share. Sourced in the root of the repository, with their arguments.
# sets: work, the folder for what they make: the one that was given, or one that is removed at the end

if [ $# -gt 0 ]; then
  work=$1
  mkdir -p "$work"
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
if [ ! -f .jsii ] || [ ! -d build ]; then npx projen compile; fi

# Ends unless an example has synthesized what each installation has. usage: expect_installation FOLDER
expect_installation() {
  for kind in StatefulSet Deployment PodDisruptionBudget NetworkPolicy; do
    grep -q "^kind: $kind$" "$1"/*.yaml || { echo "no $kind was synthesized" >&2; exit 1; }
  done
}
