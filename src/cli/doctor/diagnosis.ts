/** All that the doctor finds: what --json prints. */

import { backendReports, type BackendReport } from "../../backends/select";
import { fileSystemOf, type FileSystem } from "./file-system";
import { hints } from "./hints";
import { confinement, environment, limits, platform, type Confinement, type Limits, type Platform } from "./machine";
import { routesAt, type Routes } from "./routes";

export interface Diagnosis {
  readonly platform: Platform;
  readonly backends: readonly BackendReport[];
  readonly fileSystem: FileSystem & Routes;
  readonly limits: Limits;
  readonly confinement: Confinement;
  readonly environment: Readonly<Record<string, string>>;
  readonly hints: readonly string[];
}

/** @throws the system error of a path that cannot be looked at */
export async function diagnose(place: string): Promise<Diagnosis> {
  const fileSystem = fileSystemOf(place);
  const found = {
    platform: platform(),
    backends: backendReports(),
    fileSystem: { ...fileSystem, ...(await routesAt(fileSystem.path)) },
    limits: limits(),
    confinement: confinement(),
    environment: environment(),
  };
  return { ...found, hints: hints(found) };
}
