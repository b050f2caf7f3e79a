import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { PartProps } from '../manifests/part-props';
import { AutoscalingSettings } from '../settings/proxy-settings';

/** What gives the proxy more or fewer pods. */
export function autoscaler(
  scope: Construct, { topology }: PartProps, { minReplicas, maxReplicas, cpuPercent, memoryPercent }: AutoscalingSettings,
): k8s.KubeHorizontalPodAutoscalerV2 {
  const metric = (name: string, averageUtilization: number | undefined) => (
    averageUtilization === undefined ? [] : [{ type: 'Resource', resource: { name, target: { type: 'Utilization', averageUtilization } } }]);
  return new k8s.KubeHorizontalPodAutoscalerV2(scope, 'Autoscaler', {
    metadata: { name: topology.proxy, labels: topology.labels('proxy') },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: topology.proxy },
      minReplicas,
      maxReplicas,
      metrics: [...metric('cpu', cpuPercent), ...metric('memory', memoryPercent)],
    },
  });
}
