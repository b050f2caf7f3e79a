import { Duration } from 'cdk8s';
import { CertificateIssuer, Routing, Tls, TlsCertificate, TrustedCas } from '../../lib';
import { install } from '../support/manifests';
import { schemaErrors } from '../support/schema';

describe('a certificate of cert-manager', () => {
  test('with a CA of its own, that keeps its key', () => {
    const all = install({ tls: Tls.everywhere(TlsCertificate.certManager(CertificateIssuer.own())) }, undefined, { namespace: 'shop' });

    expect(all.get('Issuer', 'redis-selfsigned').spec).toEqual({ selfSigned: {} });
    expect(all.get('Certificate', 'redis-ca').spec).toEqual({
      isCA: true,
      commonName: 'redis-ca',
      secretName: 'redis-ca',
      duration: '87600h0m0s',
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Never' },
      issuerRef: { name: 'redis-selfsigned', kind: 'Issuer', group: 'cert-manager.io' },
    });
    expect(all.get('Issuer', 'redis-ca').spec).toEqual({ ca: { secretName: 'redis-ca' } });
    expect(all.get('Certificate', 'redis-tls').spec).toEqual({
      secretName: 'redis-tls',
      duration: '2160h0m0s',
      renewBefore: '720h0m0s',
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      usages: ['digital signature', 'server auth', 'client auth'],
      dnsNames: [
        'redis', 'redis.shop', 'redis.shop.svc',
        'redis-sentinel', 'redis-sentinel.shop', 'redis-sentinel.shop.svc',
        '*.redis-server.shop', '*.redis-server.shop.svc',
      ],
      issuerRef: { name: 'redis-ca', kind: 'Issuer', group: 'cert-manager.io' },
    });
  });

  test.each([
    [CertificateIssuer.issuer('ours'), { name: 'ours', kind: 'Issuer', group: 'cert-manager.io' }],
    [CertificateIssuer.clusterIssuer('ours'), { name: 'ours', kind: 'ClusterIssuer', group: 'cert-manager.io' }],
    [CertificateIssuer.external('awspca.cert-manager.io', 'AWSPCAIssuer', 'ours'), { name: 'ours', kind: 'AWSPCAIssuer', group: 'awspca.cert-manager.io' }],
  ])('of an issuer that is there', (issuer, issuerRef) => {
    const all = install({ tls: Tls.edge(TlsCertificate.certManager(issuer, { secretName: 'mine', duration: Duration.days(1), extraNames: ['cache.example.com'] })) });

    expect(all.names('Issuer')).toEqual([]);
    expect(all.names('Certificate')).toEqual(['mine']);
    expect(all.get('Certificate', 'mine').spec).toMatchObject({
      secretName: 'mine', duration: '24h0m0s', renewBefore: '8h0m0s', dnsNames: ['redis', 'cache.example.com'], issuerRef,
    });
  });

  test('has the name that is looked for, and those of the domain of the cluster', () => {
    const certificate = TlsCertificate.certManager(CertificateIssuer.own(), { clusterDomain: 'cluster.local' });
    const all = install({ tls: Tls.everywhere(certificate, { serverName: 'redis.example.com' }), routing: Routing.none() }, undefined, { namespace: 'shop' });

    const { dnsNames } = all.get('Certificate', 'redis-tls').spec;
    expect(dnsNames[0]).toBe('redis.example.com');
    expect(dnsNames).toContain('redis-sentinel.shop.svc.cluster.local');
  });
});

test('a Secret that exists makes no object', () => {
  const all = install({ tls: Tls.everywhere(TlsCertificate.secret('mine')) });
  expect(all.all.filter(({ apiVersion }) => apiVersion.startsWith('cert-manager.io'))).toEqual([]);
});

test('objects are those that cert-manager knows', () => {
  const ca = TrustedCas.configMap('cas');
  const options = { duration: Duration.days(30), renewBefore: Duration.days(10), extraNames: ['a.example.com'], clusterDomain: 'cluster.local', secretName: 'mine', ca };
  const { all } = install({ tls: Tls.everywhere(TlsCertificate.certManager(CertificateIssuer.own(), options)) }, undefined, { namespace: 'shop' });
  const objects = all.filter(({ apiVersion }) => apiVersion === 'cert-manager.io/v1');

  expect(objects).toHaveLength(4);
  expect(objects.flatMap((one) => schemaErrors('1.37', one))).toEqual([]);
  // the schema would notice
  const [, wrong] = JSON.parse(JSON.stringify(objects));
  wrong.spec.dnsName = 'redis';
  wrong.spec.privateKey.size = '256';
  expect(schemaErrors('1.37', wrong)).toEqual(['Certificate.spec has no field dnsName', 'Certificate.spec.privateKey.size must be integer']);
});
