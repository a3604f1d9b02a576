/** Array.prototype.flat takes elements one by one; concat takes whole lists, and as many as fit the stack. */

const mostArguments = 1024;

export function concatenated<T>(lists: readonly (readonly T[])[]): T[] {
  if (lists.length <= mostArguments) return ([] as T[]).concat(...lists);
  const lots: T[][] = [];
  for (let first = 0; first < lists.length; first += mostArguments)
    lots.push(concatenated(lists.slice(first, first + mostArguments)));
  return concatenated(lots);
}
