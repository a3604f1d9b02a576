/** What is going on, on stderr: one line that is rewritten on a terminal, a plain line per step elsewhere. */

export class Progress {
  readonly #terminal = process.stderr.isTTY;
  #drawn = 0;

  /** A new step began. */
  step(text: string): void {
    if (this.#terminal) this.#draw(text);
    else process.stderr.write(`${text}\n`);
  }

  /** News within a step; shown on a terminal only, ten times a second at most. */
  detail(text: () => string): void {
    if (this.#terminal && Date.now() - this.#drawn >= 100) this.#draw(text());
  }

  clear(): void {
    if (this.#terminal) process.stderr.write("\r\x1b[K");
  }

  #draw(text: string): void {
    this.#drawn = Date.now();
    process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns || 80) - 1)}`);
  }
}
