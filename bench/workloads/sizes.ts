/** Sizes as they are written in the names of rows. */

const units = [
  { letter: "g", name: "GiB", bytes: 2 ** 30 },
  { letter: "m", name: "MiB", bytes: 2 ** 20 },
  { letter: "k", name: "KiB", bytes: 2 ** 10 },
];

/** 4096 is "4k" in a name. */
export function sizeName(bytes: number): string {
  const unit = units.find((each) => bytes >= each.bytes && bytes % each.bytes === 0);
  return unit === undefined ? String(bytes) : `${bytes / unit.bytes}${unit.letter}`;
}

/** 4096 is "4 KiB" in a title. */
export function sizeTitle(bytes: number): string {
  const unit = units.find((each) => bytes >= each.bytes && bytes % each.bytes === 0);
  return unit === undefined ? `${bytes} B` : `${bytes / unit.bytes} ${unit.name}`;
}
