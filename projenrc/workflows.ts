import { readFileSync } from 'node:fs';
import type { cdk } from 'projen';
import { GithubWorkflow, workflows } from 'projen/lib/github';

const { JobPermission } = workflows;

/** The lines of Node.js that users may have; the first one is that of `minNodeVersion`. */
const NODE_VERSIONS = ['20', '22', '24'];

/** Programs that the tests start, as .ci/run installs them. */
function testPrograms(): string {
  const list = /wanted=\(([^)]+)\)/.exec(readFileSync('.ci/run', 'utf8'));
  if (!list) throw new Error('.ci/run names no wanted=(PACKAGE…)');
  return list[1];
}

/** Before the tests of a release, which runs on a machine of GitHub's and not in a container. */
export const RELEASE_SETUP: workflows.JobStep[] = [
  { name: 'Programs that the tests start', run: `sudo apt-get update -qq\nsudo apt-get install -y -qq ${testPrograms()}\nsudo systemctl stop redis-server haproxy` },
];

const checkout: workflows.JobStep = { name: 'Checkout', uses: 'actions/checkout@v5', with: { 'fetch-depth': 0 } };
const install: workflows.JobStep = { name: 'Install dependencies', run: 'npm ci --no-audit --no-fund' };

/** Workflows beside projen's own for a release. What a pull request must pass is what .ci/run runs, so that both say the same. */
export function addWorkflows(project: cdk.JsiiProject): void {
  const github = project.github!;
  const onChanges = (workflow: GithubWorkflow): void => workflow.on({ pullRequest: {}, push: { branches: ['main'] }, workflowDispatch: {} });
  const node = (version: string): workflows.JobStep => ({ name: 'Node.js', uses: 'actions/setup-node@v5', with: { 'node-version': version, 'cache': 'npm' } });
  const job = (steps: workflows.JobStep[], more: Partial<workflows.Job> = {}): workflows.Job =>
    ({ runsOn: ['ubuntu-latest'], permissions: { contents: JobPermission.READ }, timeoutMinutes: 30, ...more, steps });

  const test = new GithubWorkflow(github, 'test');
  onChanges(test);
  test.addJob('test', job([
    checkout,
    { name: 'The clone belongs to another user than the container has', run: 'git config --global --add safe.directory "$GITHUB_WORKSPACE"' },
    { name: 'Build, tests, whole installations and the Python wheel', run: 'bash .ci/run' },
  ], {
    timeoutMinutes: 90,
    strategy: { failFast: false, matrix: { domain: { node: NODE_VERSIONS } } },
    container: { image: 'docker.io/library/node:${{ matrix.node }}-bookworm' },
    env: { CI: 'true' },
  }));
  test.addJob('package', job([
    checkout,
    node('24'),
    { name: 'JDK', uses: 'actions/setup-java@v5', with: { 'distribution': 'temurin', 'java-version': '17' } },
    { name: 'Go', uses: 'actions/setup-go@v6', with: { 'go-version': '>=1.25', 'cache': false } },
    install,
    { name: 'The npm package, as its users use it', run: `npm run package:check -- ${NODE_VERSIONS.map((version) => `--node ${version}`).join(' ')}` },
    { name: 'Java', run: 'sh test/java/run.sh' },
    { name: 'Go', run: 'sh test/go/run.sh' },
  ]));
  test.addJob('compatibility', job([
    checkout,
    node('24'),
    install,
    { name: 'Compile', run: 'npx projen compile' },
    { name: 'The API of the last release', run: 'npm run compat' },
    { name: 'What an upgrade from the last release does to installations', run: 'if last=$(git describe --tags --abbrev=0); then npm run upgrade-diff -- "$last" HEAD; fi >> "$GITHUB_STEP_SUMMARY"' },
  ]));

  const lint = new GithubWorkflow(github, 'lint');
  onChanges(lint);
  lint.addJob('lint', job([
    checkout,
    node('24'),
    install,
    { name: 'What projen writes is up to date', run: 'npx projen && git diff --exit-code' },
    { name: 'ESLint', run: 'npx projen eslint && git diff --exit-code' },
    { name: 'Workflows', uses: 'docker://docker.io/rhysd/actionlint:1.7.12', with: { args: '-color' }, env: { SHELLCHECK_OPTS: '--severity=warning' } }, // projen's own steps quote little
  ]));

  const images = new GithubWorkflow(github, 'images');
  images.on({ release: { types: ['published'] }, workflowDispatch: { inputs: { version: { description: 'Tag of the image', required: true, type: 'string' } } } } as workflows.Triggers);
  images.addJob('kube-template', job([
    checkout,
    node('24'),
    install,
    { name: 'Bundle', run: 'npx projen bundle' },
    { name: 'Emulators of other processors', uses: 'docker/setup-qemu-action@v3' },
    { name: 'Buildx', uses: 'docker/setup-buildx-action@v3' },
    { name: 'Cosign', uses: 'sigstore/cosign-installer@v3' },
    { name: 'Log in', uses: 'docker/login-action@v3', with: { registry: 'ghcr.io', username: '${{ github.actor }}', password: '${{ secrets.GITHUB_TOKEN }}' } },
    {
      name: 'Build and push, with SBOM and provenance',
      id: 'push',
      uses: 'docker/build-push-action@v6',
      with: {
        context: '.',
        file: 'docker/kube-template/Dockerfile',
        platforms: 'linux/amd64,linux/arm64',
        push: true,
        sbom: true,
        provenance: 'mode=max',
        tags: '${{ env.IMAGE }}:${{ inputs.version || github.event.release.tag_name }}',
      },
    },
    { name: 'Sign', run: 'cosign sign --yes "$IMAGE@$DIGEST"', env: { DIGEST: '${{ steps.push.outputs.digest }}' } },
  ], {
    permissions: { contents: JobPermission.READ, packages: JobPermission.WRITE, idToken: JobPermission.WRITE },
    env: { IMAGE: 'ghcr.io/${{ github.repository }}/kube-template' },
  }));
}
