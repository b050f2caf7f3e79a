import { Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { bytes } from './checks';
import { reject } from './invalid-prop';
import { billionths } from './quantity';
import { ContainerResources, Cpu } from '../options/container-resources';

type Quantities = { readonly [resource: string]: k8s.Quantity };

/** Requests and limits in the form of the API; undefined where nothing was given. Requests and limits that are empty stay so: they stand for none. */
export function requirements(prop: string, given: ContainerResources | undefined): k8s.ResourceRequirements | undefined {
  if (given === undefined) return undefined;
  const { cpu, memory, ephemeralStorage, requests, limits, ...others } = given;
  const amounts = (which: 'request' | 'limit') => defined({
    'cpu': cpu?.[which] && processors(`${prop}.cpu.${which}`, cpu[which]),
    'memory': memory?.[which] && space(`${prop}.memory.${which}`, memory[which]),
    'ephemeral-storage': ephemeralStorage?.[which] && space(`${prop}.ephemeralStorage.${which}`, ephemeralStorage[which]),
  });
  const both = (inApiForm: Quantities | undefined, which: 'request' | 'limit') => (
    inApiForm === undefined ? nonEmpty(amounts(which)) : { ...inApiForm, ...amounts(which) });
  return defined({ ...others, requests: both(requests, 'request'), limits: both(limits, 'limit') });
}

function processors(prop: string, { amount }: Cpu): k8s.Quantity {
  if (!((billionths(amount) ?? 0n) > 0n)) reject(prop, amount, 'must be more than 0, like Cpu.millis(500)');
  return k8s.Quantity.fromString(amount);
}

function space(prop: string, size: Size): k8s.Quantity {
  return k8s.Quantity.fromString(quantity(bytes(prop, size, 1)));
}

/** Bytes in the largest unit that divides them. */
export function quantity(count: number): string {
  const units = ['', 'Ki', 'Mi', 'Gi', 'Ti'];
  let unit = 0;
  while (count % 1024 === 0 && unit < units.length - 1) {
    count /= 1024;
    unit += 1;
  }
  return `${count}${units[unit]}`;
}

function defined<T extends object>(values: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]: NonNullable<T[K]> };
}

function nonEmpty<T extends object>(values: T): T | undefined {
  return Object.keys(values).length === 0 ? undefined : values;
}
