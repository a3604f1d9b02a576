/** What runs between the end of a call and all that its continuation queues. */
export async function continuationOrder(call: () => Promise<unknown>): Promise<string[]> {
  const order: string[] = [];
  await call();
  order.push("then");
  await new Promise<void>((resolve) => {
    setImmediate(() => {
      order.push("immediate");
      resolve();
    });
    process.nextTick(() => order.push("tick"));
    queueMicrotask(() => order.push("microtask"));
  });
  return order;
}
