import { ConfigMap, k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { autoscaler } from './autoscaler';
import { consulTemplateContainer, podAddresses } from './consul-template';
import { announcedAddresses, haproxyConfig, POD_IP_ADDRESSING, SERVICE_ADDRESSING } from './haproxy-config';
import { MASTER_SOCKET, proxyContainer } from './proxy-container';
import { proxyService } from './proxy-service';
import { tcpRoutes } from './tcp-routes';
import { Sidecar } from '../kube-template-sidecar/sidecar';
import { readAsset } from '../manifests/assets';
import { configMap } from '../manifests/config-map';
import { consulAccess } from '../manifests/consul';
import { disruptionBudget } from '../manifests/objects';
import { PartProps } from '../manifests/part-props';
import { overlayPods } from '../manifests/pod-overlay';
import { configVolume, CONTAINER_SECURITY, POD_NAME, podTemplate, proxyAuthVolume, rollsWith, RUN_DIR, RUN_MOUNT, RUN_VOLUME } from '../manifests/pod-parts';
import { scripts } from '../manifests/scripts';
import { tlsVolume } from '../manifests/tls';
import { ProxySettings, RolloutSettings } from '../settings/proxy-settings';

/** HAProxy: a Deployment, the Service that clients connect to, and its configuration. */
export class Proxy extends Construct {
  public readonly deployment: k8s.KubeDeployment;
  public readonly service: k8s.KubeService;
  public readonly config: ConfigMap;
  public readonly disruptionBudget?: k8s.KubePodDisruptionBudget;

  constructor(scope: Construct, id: string, props: PartProps & { readonly proxy: ProxySettings }) {
    super(scope, id);
    const { settings, topology, proxy } = props;
    const labels = topology.labels('proxy');
    const selector = topology.selector('proxy');
    const sidecar = this.kubeTemplate(props);
    const beside = sidecar ? [sidecar.container] : proxy.consul ? [consulTemplateContainer(settings, proxy.consul)] : [];
    const native = settings.nativeSidecars;
    const files: { [file: string]: string } = {
      ...sidecar ? {} : { 'haproxy.cfg': haproxyConfig(settings, proxy, topology, SERVICE_ADDRESSING) },
      ...proxy.consul ? { 'pods.ctmpl': podAddresses(proxy.consul, topology) } : {},
      ...scripts('common.sh', 'start-proxy.sh', 'follow-addresses.sh', 'stop-proxy.sh'),
      'addresses.lua': readAsset('haproxy/addresses.lua'),
      ...settings.tls ? { 'certificates.lua': readAsset('haproxy/certificates.lua') } : {},
      ...settings.auth ? { 'password.lua': readAsset('haproxy/password.lua'), 'password.map': readAsset('haproxy/password.map') } : {},
    };
    this.config = configMap(this, 'Config', { name: topology.proxy, labels }, files);
    this.service = proxyService(this, props);

    const auth = proxyAuthVolume(settings);
    const tls = tlsVolume(settings.tls);
    this.deployment = overlayPods(new k8s.KubeDeployment(this, 'Default', {
      metadata: { name: topology.proxy, labels },
      spec: {
        // a number here would take that of the autoscaler back at each apply
        replicas: settings.hibernate ? 0 : proxy.autoscaling ? undefined : proxy.replicas,
        minReadySeconds: proxy.rollout.minReadySeconds || undefined,
        revisionHistoryLimit: proxy.rollout.revisionHistoryLimit,
        strategy: { type: 'RollingUpdate', rollingUpdate: rollingUpdate(proxy.rollout) },
        selector: { matchLabels: selector },
        template: podTemplate(settings, {
          pod: proxy.pod,
          selector,
          labels: topology.podLabels('proxy'),
          annotations: rollsWith(files, sidecar?.checksum ?? ''),
          main: proxyContainer(settings, proxy, topology, [...auth.mounts, ...tls.mounts]),
          beside: native ? [] : beside,
          init: native ? beside : [],
          volumes: [configVolume('config', this.config), RUN_VOLUME, ...sidecar?.volumes ?? [], ...auth.volumes, ...tls.volumes, ...consulAccess(settings)?.volumes ?? []],
          serviceAccountName: sidecar?.serviceAccount.name,
        }),
      },
    }), proxy.pod, native ? beside.map(({ name }) => name) : []);

    if (proxy.autoscaling && !settings.hibernate) autoscaler(this, props, proxy.autoscaling);
    if (proxy.tcpRoute) tcpRoutes(this, props, proxy.tcpRoute);
    this.disruptionBudget = disruptionBudget(this, 'DisruptionBudget', {
      name: topology.proxy, labels, selector, budget: proxy.disruptionBudget,
    });
  }

  /** kube-template with the template of haproxy.cfg, where HAProxy goes to pod IPs. */
  private kubeTemplate({ settings, topology, proxy }: PartProps & { readonly proxy: ProxySettings }): Sidecar | undefined {
    return proxy.kubeTemplate && new Sidecar(this, 'KubeTemplate', {
      name: topology.proxy,
      labels: topology.labels('proxy'),
      user: settings,
      pod: proxy.pod,
      ...proxy.kubeTemplate,
      logFormat: settings.logFormat,
      templates: [{
        name: 'addresses',
        text: announcedAddresses(topology),
        destination: `${RUN_DIR}/addresses`,
        flags: [],
      }, {
        name: 'haproxy.cfg',
        text: haproxyConfig(settings, proxy, topology, POD_IP_ADDRESSING),
        destination: `${RUN_DIR}/haproxy.cfg`,
        flags: ['--haproxy-master', MASTER_SOCKET, '--haproxy-state', POD_IP_ADDRESSING.stateFile!],
      }],
      env: proxy.reads.otherZoneWeight < 100 ? [POD_NAME] : undefined,
      security: CONTAINER_SECURITY,
      shared: RUN_MOUNT,
    });
  }
}

function rollingUpdate({ maxSurge, maxUnavailable }: RolloutSettings): k8s.RollingUpdateDeployment {
  return { maxSurge: k8s.IntOrString.fromNumber(maxSurge), maxUnavailable: k8s.IntOrString.fromNumber(maxUnavailable) };
}
