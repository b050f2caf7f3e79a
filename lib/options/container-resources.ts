import { Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';

/**
 * Processor time. Has the form of the class `Cpu` of every cdk8s-plus, which TypeScript takes in its place.
 */
export class Cpu {
  /**
   * Thousandths of a processor.
   */
  public static millis(amount: number): Cpu {
    return new Cpu(`${amount}m`);
  }

  /**
   * Whole processors, or parts of one, like 0.5.
   */
  public static units(amount: number): Cpu {
    return new Cpu(String(amount));
  }

  private constructor(
    /** As Kubernetes writes it, like `500m`. */
    public readonly amount: string,
  ) {}
}

/**
 * Processor time of a container.
 */
export interface CpuResources {
  /**
   * What the scheduler sets aside.
   *
   * @default - that of the container
   */
  readonly request?: Cpu;

  /**
   * Above it the container is throttled. Better none: it makes failovers and probes late.
   *
   * @default - none
   */
  readonly limit?: Cpu;
}

/**
 * Memory or local storage of a container.
 */
export interface SizeResources {
  /**
   * What the scheduler sets aside.
   *
   * @default - that of the container
   */
  readonly request?: Size;

  /**
   * Above it the container is killed.
   *
   * @default - that of the container
   */
  readonly limit?: Size;
}

/**
 * Requests and limits of a container, in the form of cdk8s-plus (`cpu`, `memory`, `ephemeralStorage`) or in that of the Kubernetes API
 * (`requests`, `limits`). What is said in both is taken from the first. What is not given, or undefined, keeps its default; `{}` in place of `limits` or of
 * `requests` stands for none of them, and `{}` in place of all for neither.
 *
 * @example
 *
 * const resources = { cpu: { request: Cpu.millis(500) }, memory: { request: Size.gibibytes(4), limit: Size.gibibytes(4) } };
 */
export interface ContainerResources extends k8s.ResourceRequirements {
  /**
   * Processor time.
   *
   * @default - from `requests` and `limits`
   */
  readonly cpu?: CpuResources;

  /**
   * Memory.
   *
   * @default - from `requests` and `limits`
   */
  readonly memory?: SizeResources;

  /**
   * Local storage: logs, the writable layer, emptyDirs.
   *
   * @default - from `requests` and `limits`
   */
  readonly ephemeralStorage?: SizeResources;
}
