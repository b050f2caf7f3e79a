#!/bin/sh
# Generates the Java classes, compiles examples/java with them, and synthesizes it.
# usage: test/java/run.sh [DIRECTORY]   keeps what it makes in DIRECTORY. Default: one that is removed at the end. Exit code 77: skipped, there is no JDK or no Maven.
# cdk8s and cdk8s-plus-27 are generated from their npm packages, which describe their classes as ours does: what a registry has for Maven is not needed.
# Needs a JDK 11 or newer and mvn, and what Maven resolves: constructs, jsii-runtime, annotations.
set -eu

for tool in javac mvn; do
  command -v "$tool" >/dev/null || { echo "!!! SKIPPED: Java: there is no $tool" >&2; exit 77; }
done
cd "$(dirname "$0")/../.."
# shellcheck source=test/support/bindings.sh
. test/support/bindings.sh

rm -rf "$work/java" "$work/classes" "$work/manifests"
npm_config_ignore_scripts=true npx jsii-pacmak --code-only --target java --outdir "$work" node_modules/cdk8s node_modules/cdk8s-plus-27 .

# the oldest version that the generated project accepts: the newest may be too new for the constructs that it stands beside
lowest() { # ARTIFACT
  sed -n "/<artifactId>$1<\/artifactId>/{n;s/.*<version>\[\([^,]*\),.*/\1/p;}" "$work/java/pom.xml"
}
{
  echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>test</groupId><artifactId>test</artifactId><version>0</version><dependencies>'
  for artifact in software.constructs:constructs software.amazon.jsii:jsii-runtime org.jetbrains:annotations javax.annotation:javax.annotation-api; do
    version=$(lowest "${artifact#*:}")
    [ -n "$version" ] || { echo "the generated project names no $artifact" >&2; exit 1; }
    echo "<dependency><groupId>${artifact%:*}</groupId><artifactId>${artifact#*:}</artifactId><version>$version</version></dependency>"
  done
  echo '</dependencies></project>'
} >"$work/pom.xml"
mvn --quiet --batch-mode --file "$work/pom.xml" dependency:build-classpath -Dmdep.outputFile="$work/classpath"

mkdir -p "$work/classes"
cp -r "$work/java/src/main/resources/." "$work/classes" # jsii's runtime loads the JavaScript from there
libraries=$(cat "$work/classpath")
# with a source path, what the example reaches is compiled: cdk8s-plus-27 has a thousand classes
javac -nowarn -proc:none -implicit:class -sourcepath "$work/java/src/main/java" -cp "$libraries" -d "$work/classes" examples/java/main.java
CDK8S_OUTDIR=$work/manifests java -cp "$work/classes:$libraries" Main
expect_installation "$work/manifests"
echo "Java: synthesized $(grep -c '^kind:' "$work"/manifests/*.yaml) objects"
