/** The oracle's version, where a fact differs and leaves no other trace. */
export const nodeMajor = Number.parseInt(process.versions.node, 10);
