/** What a run's record in the history says of where it comes from. */
import { newRunId, type RunOrigin } from "../app/stack/runs";
import { definedOnly } from "../defined";
import { fileAt } from "../report/page/event-sink";
import { pageLocation } from "../report/page/run-record";
import type { Settings } from "../settings/settings";
import { version } from "../version";
import { ownTask } from "../wiring/run-owners";

/** The name that `berth` gives the events of a run is the run's id. */
const idInEvents = /(?:^|\/)(\d{8}T\d{9}Z-[0-9a-f]{8})\.ndjson$/;

/** @param now - milliseconds since the epoch */
export async function originOf(settings: Settings, now: number): Promise<RunOrigin> {
  const { actor, commit, events, imageLabels, ecsMetadataUri } = settings;
  return {
    id: idInEvents.exec(events ?? "")?.[1] ?? newRunId(now),
    started: new Date(now).toISOString(),
    version,
    ...definedOnly({
      actor,
      commit,
      repository: imageLabels["org.opencontainers.image.source"],
      page: pageAt(settings),
    }),
    ...(await ownTask(ecsMetadataUri)),
  };
}

/** With its whole path, where it is a file: who looks for it later is in another folder. */
function pageAt({ events, cwd }: Settings): string | undefined {
  const page = events === undefined ? undefined : pageLocation(events);
  return page === undefined || page.startsWith("s3://") ? page : fileAt(page, cwd);
}
