import { App, Chart } from 'cdk8s';
import { CertificateIssuer, RedisHa, Routing, Sentinel, Tls, TlsCertificate, TlsFront } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'cache', { namespace: 'cache' });

// A CA of the installation's own and a certificate that cert-manager renews. HAProxy ends the clients' TLS, and opens another connection to the server.
new RedisHa(chart, 'redis', {
  routing: Routing.podIp(),
  sentinel: Sentinel.deployments(3),
  tls: Tls.everywhere(TlsCertificate.certManager(CertificateIssuer.own(), { extraNames: ['redis.example.com'] }), {
    front: TlsFront.REENCRYPT,
  }),
});

app.synth();
