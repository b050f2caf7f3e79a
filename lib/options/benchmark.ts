import { Duration } from 'cdk8s';
import { ContainerResources } from './container-resources';
import { IRedisHa } from './i-redis-ha';
import { PodOptions } from './pod-options';

/**
 * A command that a benchmark sends.
 */
export enum BenchmarkTest {
  /** `PING`: the way alone, without a key. */
  PING = 'ping_mbulk',
  /** `SET` of a value. */
  SET = 'set',
  /** `GET` of a value: of those that `SET` wrote, if it is measured too. */
  GET = 'get',
}

/**
 * What a benchmark sends, and how much of it.
 */
export interface BenchmarkLoad {
  /**
   * Commands that are measured, one after the other: first `PING`, then `SET`, then `GET`.
   *
   * @default - SET and GET
   */
  readonly tests?: BenchmarkTest[];

  /**
   * Connections at a time, from 1 to 10,000.
   *
   * @default 100
   */
  readonly clients?: number;

  /**
   * Requests of each command, from 1 to 1,000,000,000.
   *
   * @default 100000
   */
  readonly requests?: number;

  /**
   * Requests that a connection sends before it waits for answers, from 1 to 10,000.
   *
   * @default 1
   */
  readonly pipeline?: number;

  /**
   * Size of a value in bytes, from 1 to 1 MiB.
   *
   * @default 3
   */
  readonly valueBytes?: number;

  /**
   * Number of keys, chosen at random, from 1 to 1,000,000: `key:000000000000` and so on. With their values they have to fit into the memory of the servers.
   *
   * @default 1000
   */
  readonly keys?: number;

  /**
   * Threads of the benchmark, from 1 to 64. One of them needs a core to itself to be faster than a server.
   *
   * @default 1
   */
  readonly threads?: number;
}

/**
 * Props of `RedisBenchmark`.
 */
export interface RedisBenchmarkProps {
  /**
   * The installation that is measured, of the chart's namespace. With a Service for writes: not with `Routing.none()`.
   */
  readonly redis: IRedisHa;

  /**
   * What it is sent, and how much of it.
   *
   * @default - 100,000 requests each of SET and GET on 100 connections
   */
  readonly load?: BenchmarkLoad;

  /**
   * Name of a Secret with a certificate of its own, in `tls.crt` and `tls.key`, for `ClientCertificates.REQUIRED`.
   *
   * @default - it shows none
   */
  readonly clientCertificate?: string;

  /**
   * Longest time from its creation to its end: whole seconds, up to 24 hours. What is not done by then has failed.
   *
   * @default Duration.minutes(10)
   */
  readonly deadline?: Duration;

  /**
   * How long the Job stays after its end: whole seconds, up to 30 days. A tool that applies again what is gone would measure again.
   *
   * @default - until it is deleted
   */
  readonly timeToLive?: Duration;

  /**
   * Name of the Job and its ConfigMap.
   *
   * @default - the installation's name and the construct's id, like `cache-redis-benchmark`
   */
  readonly name?: string;

  /**
   * Image with the engine's benchmark and command line client.
   *
   * @default - that of the installation's servers
   */
  readonly image?: string;

  /**
   * Names of the Secrets that the image is pulled with.
   *
   * @default - those of the installation
   */
  readonly imagePullSecrets?: string[];

  /**
   * Run the pod as user and group 999.
   *
   * @default - as the installation does
   */
  readonly fixedIds?: boolean;

  /**
   * Resources of the benchmark. A limit of CPU limits what is measured.
   *
   * @default - requests of 100 m CPU and 64 MiB, and a limit of memory that the load fits in
   */
  readonly resources?: ContainerResources;

  /**
   * Scheduling, metadata and additions of the pod. A node of its own is what clients of elsewhere would see.
   *
   * @default - none
   */
  readonly pod?: PodOptions;
}
