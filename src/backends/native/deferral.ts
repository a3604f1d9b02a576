/** Promises and what settles them, without a closure for each pair. */

type Settle = (outcome: unknown) => void;

const unused: Settle = () => undefined;

export class Deferral {
  /** Of the promise that was made last. */
  resolve: Settle = unused;
  reject: Settle = unused;

  readonly #take = (resolve: Settle, reject: Settle): void => {
    this.resolve = resolve;
    this.reject = reject;
  };

  /** Whoever asks for a promise of T hands its other end to what gives T. */
  promise<T>(): Promise<T> {
    return new Promise<unknown>(this.#take) as Promise<T>;
  }
}
