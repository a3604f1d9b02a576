/** What one worker process is told: whose fs, where, and which scenarios. */

export const backends = ["uring", "linux", "thread", "js"] as const;
export type Backend = (typeof backends)[number];

export interface Subject {
  /** The word in reports: "oracle", "uring", "uring, no try-now", "fault 3". */
  readonly name: string;
  /** undefined: the oracle. */
  readonly backend?: Backend | undefined;
  readonly tryNow: boolean;
  /** The oracle with this deliberate fault. */
  readonly fault?: string | undefined;
  /** createFs over memfs, where the scenarios set their files up too. */
  readonly inMemory?: true;
}

export const oracle: Subject = { name: "oracle", tryNow: true };

export const memfs: Subject = { name: "memfs", tryNow: true, inMemory: true };

/** js has no try-now to switch off. */
export const subjectsOf = (backend: Backend): Subject[] =>
  backend === "js"
    ? [{ name: "js", backend, tryNow: true }]
    : [
        { name: backend, backend, tryNow: true },
        { name: `${backend}, no try-now`, backend, tryNow: false },
      ];

export interface Assignment {
  readonly subject: Subject;
  /** An absolute folder, there and empty. */
  readonly base: string;
  /** Positions in the catalogue. */
  readonly indices: readonly number[];
}
