/** The arguments of FileHandle.readv and writev. */

export function isViews(buffers: unknown): buffers is readonly ArrayBufferView[] {
  if (!Array.isArray(buffers)) return false;
  // every() would not look at holes.
  for (const buffer of buffers as readonly unknown[]) if (!ArrayBuffer.isView(buffer)) return false;
  return true;
}

/** Where readv and writev go; anything that is no number means the cursor. */
export const vectorPositionOf = (position: unknown): number | undefined => {
  if (typeof position !== "number") return -1;
  return Number.isSafeInteger(position) && position >= -1 ? position : undefined;
};
