// cacache puts, finds, reads, lists, removes and verifies content; it is what npm keeps its downloads in.
import cacache from "cacache";

const [folder] = process.argv.slice(2);
globalThis.workBegins?.();
const cache = `${folder}/cache`;
const keys = Array.from({ length: 150 }, (_, index) => `key ${index}`);

const put = [];
for (const key of keys) put.push(String(await cacache.put(cache, key, `${key} `.repeat(key.length * 10), { metadata: { key } })));
const got = await Promise.all(keys.map(async (key) => {
  const { data, integrity, metadata } = await cacache.get(cache, key);
  return [data.toString(), String(integrity), metadata];
}));
const info = await Promise.all(keys.map(async (key) => (await cacache.get.info(cache, key)).size));
for (const key of keys.slice(0, 50)) await cacache.rm.entry(cache, key);
const gone = await cacache.get(cache, keys[0]).catch(({ code, cache: where }) => [code, where]);
const { verifiedContent, reclaimedCount, rejectedEntries, totalEntries } = await cacache.verify(cache);
const listed = Object.keys(await cacache.ls(cache)).sort();
await cacache.tmp.withTmp(cache, async (name) => name);
console.log(JSON.stringify([put, got, info, gone, { verifiedContent, reclaimedCount, rejectedEntries, totalEntries }, listed]));
