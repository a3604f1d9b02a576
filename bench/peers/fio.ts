/** fio(1): what the device and io_uring give to a program that does nothing else. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Refusal } from "../refusal";
import type { Sample } from "../runner/sample";
import type { Workload } from "../workload";
import type { Part, Peer, Station } from "./peer";

const run = promisify(execFile);

interface Direction {
  readonly iops: number;
  readonly total_ios: number;
  readonly clat_ns?: { readonly max?: number; readonly percentile?: Readonly<Record<string, number>> };
}

interface Report {
  readonly jobs: readonly { readonly read: Direction; readonly write: Direction; readonly usr_cpu: number; readonly sys_cpu: number }[];
}

/** The figures of fio's JSON report. */
export function sampleOf(report: string): Sample {
  const job = (JSON.parse(report) as Report).jobs[0];
  if (job === undefined) throw new Error("fio ran no job");
  const direction = job.read.total_ios > 0 ? job.read : job.write;
  if (!(direction.iops > 0)) throw new Error("fio did nothing");
  const value = 1e6 / direction.iops;
  const at = (percentile: string): number => (direction.clat_ns?.percentile?.[percentile] ?? Number.NaN) / 1000;
  return {
    value,
    // Shares of one processor's time, in per cent.
    cpu: (value * (job.usr_cpu + job.sys_cpu)) / 100,
    latency: {
      p50: at("50.000000"),
      p99: at("99.000000"),
      p999: at("99.900000"),
      max: (direction.clat_ns?.max ?? Number.NaN) / 1000,
    },
  };
}

export class FioPeer implements Peer {
  readonly runtime = "fio";

  private constructor(readonly title: string) {}

  static async find(): Promise<FioPeer> {
    const { stdout } = await run("fio", ["--version"]).catch((error: unknown) => {
      throw new Refusal("fio is not installed (Debian: apt-get install fio)", { cause: error });
    });
    return new FioPeer(stdout.trim());
  }

  parts(workload: Workload): readonly Part[] {
    const takesPart = workload.kind === "timed" && workload.twins?.fio !== undefined;
    return takesPart ? [{ implementation: "io_uring", title: `${this.title}, io_uring` }] : [];
  }

  prepare(workload: Workload, _implementation: string, folder: string): Promise<Station> {
    const job = workload.kind === "timed" ? workload.twins?.fio?.(folder) : undefined;
    if (job === undefined) return Promise.reject(new Refusal(`${workload.name} has no form in fio`));
    return Promise.resolve({
      sample: async ({ milliseconds }) => {
        const args = ["--name=bench", "--output-format=json", "--time_based", `--runtime=${milliseconds}ms`, ...job];
        const { stdout } = await run("fio", args);
        // What it warns of comes before the report.
        return sampleOf(stdout.slice(stdout.indexOf("{")));
      },
      end: () => Promise.resolve(),
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
