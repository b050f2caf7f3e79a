import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { KubeTemplate } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'web');

const web = new kplus.Deployment(chart, 'nginx', {
  replicas: 2,
  containers: [{
    image: 'docker.io/library/nginx:1.27',
    // nginx does not watch its configuration file
    command: ['sh', '-c', 'until [ -s /shared/upstreams.conf ]; do sleep 1; done; touch /tmp/loaded; nginx -c /shared/upstreams.conf; ' +
      'while sleep 1; do [ /shared/upstreams.conf -nt /tmp/loaded ] && touch /tmp/loaded && nginx -c /shared/upstreams.conf -s reload; done'],
    securityContext: { user: 101, readOnlyRootFilesystem: false },
    resources: {},
  }],
});

// The addresses of the backend's pods, in an upstream block that is kept up to date.
KubeTemplate.attachTo(web, {
  templates: [{
    file: 'upstreams.conf',
    template: `pid /tmp/nginx.pid;
events {}
http {
  upstream backend {
{{- range backends "" "backend" "http" }}
    server {{ .address }}:{{ .port }};
{{- else }}
    server 127.0.0.1:1 down;
{{- end }}
  }
  server {
    listen 8080;
    location / { proxy_pass http://backend; }
  }
}
`,
  }],
});

app.synth();
