/** npm run compat:faults — is the suite able to fail? */

import { join } from "node:path";
import { injectAll } from "./inject";

async function main(): Promise<void> {
  const { withoutFault, injections } = await injectAll(join(__dirname, "..", ".."), (name) => console.log(`  ${name}`));
  for (const scenario of withoutFault) console.log(`red without any fault: ${scenario}`);
  for (const { name, caughtBy, of } of injections) {
    const [first = "nobody"] = caughtBy;
    console.log(`${caughtBy.length > 0 ? "caught" : "MISSED"}: ${name} — ${caughtBy.length} of ${of}, first by "${first}"`);
  }
  const caught = injections.filter((injection) => injection.caughtBy.length > 0).length;
  console.log(`compat:faults: ${caught} of ${injections.length} caught`);
  if (caught < injections.length || withoutFault.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
