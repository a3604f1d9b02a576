/** A thousand operations in flight: reads and opens of FIFOs that never end, and others that begin anew as they end. */

import { constants, mkdirSync, openSync, writeFileSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { AsyncContext, BackendName } from "caio";
import { Chance } from "../../compat/property/chance";
import type { FileSystem, Package, Served } from "../package";
import { makeFifos } from "./fifos";

export const blockSize = 4096;

/** Node itself hangs where one of its own threads waits on a FIFO. */
const countsOf = (backend: BackendName) =>
  backend === "js" ? { handles: 0, descriptors: 0, opens: 0, renewed: 1200 } : { handles: 400, descriptors: 150, opens: 30, renewed: 500 };

/** When the event comes: nothing given down yet, all given down just now, or at work for some turns of the loop. */
export const moments = ["queued", "given down", "at work"] as const;
export type Moment = (typeof moments)[number];

export interface Places {
  /** Held open by somebody else, who may look what becomes of what is written to it. */
  readonly silentFifo: string;
  /** Without another side: an open of it waits. */
  readonly lonelyFifo: string;
  readonly folder: string;
}

export function makePlaces(folder: string): Places {
  const [silentFifo = "", lonelyFifo = ""] = makeFifos(folder, 2);
  mkdirSync(join(folder, "directory"));
  for (let index = 0; index < 20; index++) writeFileSync(join(folder, "directory", `entry-${index}`), "");
  writeFileSync(join(folder, "file"), Buffer.alloc(1 << 20, 1));
  return { silentFifo, lonelyFifo, folder };
}

const nothing = (): void => undefined;

export class Load {
  readonly #served: Served;
  readonly #context: AsyncContext;
  readonly #chance: Chance;
  /** With one that may abort it, a readFile goes step by step. */
  readonly #never = new AbortController().signal;
  readonly #counts: ReturnType<typeof countsOf>;
  #operations: (() => Promise<unknown>)[] = [];

  constructor(
    of: Package,
    backend: BackendName,
    private readonly places: Places,
    seed: number,
  ) {
    this.#served = of.fileSystem(backend, { maxRequests: 4096, tryNow: false });
    this.#context = of.context({ backend, maxRequests: 4096, tryNow: false });
    this.#chance = new Chance(seed);
    this.#counts = countsOf(backend);
  }

  /** Operations in flight, of both engines. */
  get pending(): number {
    return this.#served.engine.pending + this.#context.pending;
  }

  /** Opens what the operations need; nothing is in flight afterwards. */
  async prepare(): Promise<void> {
    const { fs } = this.#served;
    const { handles, descriptors } = this.#counts;
    const silent: FileHandle[] = await Promise.all(Array.from({ length: handles }, () => fs.open(this.places.silentFifo, "r+")));
    const fds = Array.from({ length: descriptors }, () => openSync(this.places.silentFifo, constants.O_RDWR));
    const file = await fs.open(join(this.places.folder, "file"), "r+");
    const endless = [
      ...silent.map((handle) => () => handle.read(Buffer.allocUnsafeSlow(blockSize), 0, blockSize, null)),
      // Memory of the context's own, and the caller's.
      ...fds.map((fd, index) => () => (index % 2 === 0 ? this.#context.read(blockSize, fd, null) : this.#context.read(Buffer.allocUnsafeSlow(blockSize), fd, null))),
      ...Array.from({ length: this.#counts.opens }, (_, index) => () => (index % 3 === 0 ? fs.readFile(this.places.lonelyFifo) : fs.open(this.places.lonelyFifo))),
    ];
    const kinds = this.#renewable(fs, file);
    const renewed = Array.from({ length: this.#counts.renewed }, () => {
      const operation = this.#chance.of(kinds);
      const again = (): Promise<unknown> => operation().catch(nothing).then(again);
      return again;
    });
    this.#operations = [...endless, ...renewed];
  }

  #renewable(fs: FileSystem, file: FileHandle): (() => Promise<unknown>)[] {
    const at = (name: string): string => join(this.places.folder, name);
    const offset = (): number => this.#chance.below(255) * blockSize;
    return [
      () => file.read(Buffer.allocUnsafeSlow(blockSize), 0, blockSize, offset()),
      () => file.read(new Uint8Array(blockSize), 0, blockSize, offset()),
      () => file.write(Buffer.alloc(blockSize, 2), 0, blockSize, offset()),
      () => file.readv([Buffer.alloc(100), Buffer.alloc(blockSize)], offset()),
      () => this.#context.read(blockSize, file.fd, offset()),
      () => this.#context.write(Buffer.alloc(blockSize, 3), file.fd, offset()),
      () => this.#context.fdsync(file.fd),
      () => fs.readFile(at("file")),
      () => fs.readFile(at("file"), { signal: this.#never }),
      async () => (await fs.open(at("file"))).close(),
      () => fs.truncate(at(`written-${this.#chance.below(20)}`), 100),
      () => fs.writeFile(at(`written-${this.#chance.below(20)}`), Buffer.alloc(blockSize, 4)),
      () => fs.stat(at("file")),
      () => fs.readdir(at("directory")),
      () => fs.access(at("missing")),
      () => fs.copyFile(at("file"), at(`copy-${this.#chance.below(4)}`)),
      () => fs.realpath(at("directory")),
    ];
  }

  /** Hands everything in, in one go. */
  start(): void {
    for (const operation of this.#operations) operation().catch(nothing);
  }

  /** Calls back when the moment has come; "queued" is before the engine has seen the loop turn. */
  when(moment: Moment, event: () => void): void {
    if (moment === "queued") return event();
    if (moment === "given down") {
      this.#served.engine.flush();
      return event();
    }
    let turns = 1 + this.#chance.below(12);
    const turn = (): void => {
      if (turns-- > 0) setImmediate(turn);
      else event();
    };
    setImmediate(turn);
  }
}
