import { image } from './checks';
import { ProgramImageSettings } from './pod-settings';
import { defaultImage, IMAGES } from '../options/images';
import { KubeTemplateImage } from '../options/kube-template-image';

/** Image that a program of ours on Node.js runs on. */
export function nodeImage(prop: string, given: string | undefined, registry?: string): string {
  return image(prop, given ?? defaultImage(IMAGES.node, registry));
}

/** Where kube-template comes from, with the default image. */
export function kubeTemplateImage(prop: string, given: KubeTemplateImage | undefined, registry?: string): ProgramImageSettings {
  return { image: nodeImage(prop, given?.image, registry), mounted: given?.mounted ?? true };
}
