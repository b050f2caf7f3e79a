import { k8s } from 'cdk8s-plus-27';
import { PodOptions, Spread } from '../options/pod-options';

/** A probe's numbers, in whole seconds. */
export interface ProbeSettings {
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** The probes of one container. */
export interface ProbesSettings {
  readonly readiness: ProbeSettings;
  readonly liveness: ProbeSettings;
  readonly startup: ProbeSettings;
}

/** Pods of one kind. */
export interface PodSettings extends PodOptions {
  /** Path of the options that these are from, for errors. */
  readonly prop: string;
  readonly spread: Spread;
  /** Where the user gave both a spread and an affinity: then the affinity is not all. Not there otherwise: names of Jobs are made of all that is. */
  readonly spreadBesideAffinity?: true;
  readonly gracePeriodSeconds: number;
}

/** Where a program of ours comes from. */
export interface ProgramImageSettings {
  readonly image: string;
  /** Whether the program is mounted from a ConfigMap. */
  readonly mounted: boolean;
}

/** kube-template. */
export interface KubeTemplateSettings {
  readonly image: ProgramImageSettings;
  readonly resources: k8s.ResourceRequirements;
}
