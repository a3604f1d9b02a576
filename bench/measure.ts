/** The measuring core: all take turns, so that what slows the machine down for a while slows all of them. */

import type { Peer, RuntimeName, Station } from "./peers/peer";
import { messageOf, Refusal } from "./refusal";
import type { Quota, Sample } from "./runner/sample";
import type { Workload } from "./workload";

/** One who takes part in a row, and what was found. */
export interface Side {
  readonly runtime: RuntimeName;
  /** `fs`, `caio`, `caio/thread`, `sync` and so on: see the peers. */
  readonly implementation: string;
  readonly title: string;
  /** The null run: the same implementation once more. */
  readonly again: boolean;
  /** One per round; fewer where it gave up. */
  readonly samples: Sample[];
  /** Why it does not take part, or no longer. */
  absence?: { readonly reason: string; readonly failed: boolean };
}

export interface Row {
  readonly workload: {
    readonly kind: Workload["kind"];
    readonly name: string;
    readonly title: string;
    readonly unit: "bytes" | "microseconds";
    readonly bytes?: number;
  };
  readonly sides: readonly Side[];
}

export interface Plan {
  readonly rounds: number;
  readonly quota: Quota;
  readonly folder: string;
}

type News = (round: number, title: string) => void;

interface Seat {
  readonly side: Side;
  station: Station | undefined;
}

function seatsAt(peer: Peer, workload: Workload): (Side & { readonly peer: Peer })[] {
  const seen = new Set<string>();
  return peer.parts(workload).map(({ implementation, title }) => {
    const again = seen.has(implementation);
    seen.add(implementation);
    return { peer, runtime: peer.runtime, implementation, title, again, samples: [] };
  });
}

/** Whatever is amiss with one side is told in its row, and ends nobody else's. */
function absent(side: Side, error: unknown): void {
  side.absence = { reason: messageOf(error), failed: !(error instanceof Refusal) };
}

async function take(workload: Workload, peers: readonly Peer[], folder: string): Promise<Seat[]> {
  const seats: Seat[] = [];
  for (const { peer, ...side } of peers.flatMap((each) => seatsAt(each, workload))) {
    const seat: Seat = { side, station: undefined };
    seats.push(seat);
    try {
      seat.station = await peer.prepare(workload, side.implementation, folder);
    } catch (error) {
      absent(side, error);
    }
  }
  return seats;
}

/** Long enough for the compiler; the figures are thrown away. */
const warmUpQuota = ({ milliseconds }: Quota): Quota => ({ milliseconds: milliseconds / 2, observed: 0 });

export async function measure(workload: Workload, peers: readonly Peer[], plan: Plan, news: News): Promise<Row> {
  const rounds = Math.min(plan.rounds, workload.rounds ?? plan.rounds);
  const warmUp = workload.kind === "timed" && workload.unwarmed !== true;
  const first = warmUp ? 0 : 1;
  const parties = peers.flatMap((peer) => peer.parts(workload)).length;
  workload.files(plan.folder, parties * (rounds + 1 - first));
  const seats = await take(workload, peers, plan.folder);
  for (let round = first; round <= rounds; ++round) {
    for (let turn = 0; turn < seats.length; ++turn) {
      // Another one begins each round: the place in line must not matter.
      const seat = seats[(turn + round) % seats.length];
      if (seat?.station === undefined || seat.side.absence !== undefined) continue;
      news(round, seat.side.title);
      try {
        const result = await seat.station.sample(round === 0 ? warmUpQuota(plan.quota) : plan.quota);
        // Round 0 warms up the page cache, the compiler and the threads.
        if (round > 0) seat.side.samples.push(result);
      } catch (error) {
        absent(seat.side, error);
      }
    }
  }
  for (const { station, side } of seats) await station?.end().catch((error: unknown) => absent(side, error));
  const { kind, name, title } = workload;
  return {
    workload: {
      kind,
      name,
      title,
      unit: workload.kind === "figure" ? workload.unit : "microseconds",
      ...(workload.kind === "timed" && workload.bytes !== undefined ? { bytes: workload.bytes } : {}),
    },
    sides: seats.map(({ side }) => side),
  };
}
