/** Everybody who takes part, and who cannot. */

import { offered } from "../runner/implementations";
import { messageOf } from "../refusal";
import { FioPeer } from "./fio";
import { releases, runtimeCommand, type Release } from "./install";
import { LoopPeer } from "./loop";
import type { MissingPeer, Peer } from "./peer";
import { RuntimePeer } from "./runtime-peer";
import { nodeCommand, nodeName, ThisNode } from "./this-node";

export interface Company {
  readonly peers: readonly Peer[];
  readonly missing: readonly MissingPeer[];
}

export interface Invitation {
  /** Implementations of caio: `caio`, `caio/thread` and so on. */
  readonly caio: readonly string[];
  /** On every other backend that is available as well; `native`: but js, which runs on Node's own threads. */
  readonly others: "none" | "native" | "all";
  /** Programs and runtimes beside this Node. */
  readonly peers: boolean;
  /** The synchronous functions and coreutils. */
  readonly twins: boolean;
}

async function implementations({ caio, others: asked }: Invitation): Promise<{ names: string[]; missing: MissingPeer[] }> {
  const here = await offered();
  for (const name of caio) {
    const found = here.find((each) => each.name === name);
    const known = here.map((each) => each.name.replace("caio/", "")).slice(2);
    if (found === undefined) throw new Error(`unknown backend ${name.replace("caio/", "")}: one of ${known.join(", ")}`);
    if (found.reason !== undefined) throw new Error(`${name}: ${found.reason}`);
  }
  if (asked === "none") return { names: [...caio], missing: [] };
  const inUse = here.find(({ name }) => name === "caio")?.backend;
  const others = here.filter(
    ({ name, backend }) =>
      name.startsWith("caio/") &&
      !caio.includes(name) &&
      !(caio.includes("caio") && backend === inUse) &&
      !(asked === "native" && backend === "js"),
  );
  return {
    names: [...caio, ...others.filter(({ reason }) => reason === undefined).map(({ name }) => name)],
    missing: others.flatMap(({ name, reason }) => (reason === undefined ? [] : [{ title: name, reason }])),
  };
}

/** This Node once more, in a process that starts no others. */
function thisNodeApart(names: readonly string[]): Promise<Peer> {
  const version = process.versions.node;
  const command = nodeCommand(process.execPath);
  return RuntimePeer.start({ runtime: nodeName(version), title: `Node ${version}`, version, command }, names);
}

export async function gather(invitation: Invitation, news: (text: string) => void): Promise<Company> {
  const { names, missing } = await implementations(invitation);
  const apart = invitation.peers ? await thisNodeApart(names) : undefined;
  const thisNode = new ThisNode(await offered(), names, invitation.twins, apart);
  const peers: Peer[] = [thisNode];
  const take = async (title: string, make: () => Peer | Promise<Peer>): Promise<void> => {
    try {
      const peer = await make();
      // The newest release may be one of the lines before it.
      if (peers.some(({ runtime }) => runtime === peer.runtime)) await peer.close();
      else peers.push(peer);
    } catch (error) {
      missing.push({ title, reason: messageOf(error) });
    }
  };
  const start = async (release: Release): Promise<Peer> => {
    news(`looking for ${release.packageName}@${release.range}`);
    return RuntimePeer.start(await runtimeCommand(release), names);
  };
  if (invitation.peers) {
    for (const release of releases) {
      const isThis = release.name === `node-${process.versions.node.split(".", 1)[0]}`;
      if (!isThis) await take(release.name, () => start(release));
    }
    await take("C loop", () => new LoopPeer());
    await take("fio", () => FioPeer.find());
  }
  return { peers, missing };
}
