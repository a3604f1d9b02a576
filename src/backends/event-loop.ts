/** The event loop's own timers and ticks, as they were at the import: what a test has put in their place must not stop the engine. */

import * as timers from "node:timers";

export const { setImmediate, setTimeout: setTimer, clearTimeout: stopTimer } = timers;

export const nextTick = process.nextTick.bind(process);

/** A promise that is fulfilled so many milliseconds later. */
export const delay = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimer(resolve, milliseconds));
