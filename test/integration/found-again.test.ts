/**
 * What a kill between AWS's making of a resource and the checkpoint would leave: every resource of every project of the
 * corpus and every example is found again, by its inputs, by its tags, by what it belongs to, or by creating it once more.
 */
import { AwsClients } from "../../src/aws/clients";
import { AwsExistingResources } from "../../src/aws/estate/existing";
import {
  childOf,
  derivedIdentity,
  isFoundByCreation,
  taggedIdentity,
} from "../../src/engine/pulumi/identities";
import type { ExistingResources, TaggedResource } from "../../src/ports";
import { SimulatedAws } from "../../src/simulator/cloud/aws";
import type { CloudData, StoredResource } from "../../src/simulator/cloud/store";
import { serveExisting } from "../../src/simulator/cloud/existing";
import { everyJob, plansOf, type Estate } from "../support/estates/plans";

let estates: readonly Estate[] = [];

beforeAll(async () => {
  estates = await plansOf(everyJob());
});

type Inputs = Readonly<Record<string, unknown>>;

/** Asks an estate's cloud as a run asks AWS. */
async function asked<T>(cloud: SimulatedAws, work: (existing: ExistingResources) => Promise<T>): Promise<T> {
  const served = await serveExisting(cloud);
  const clients = new AwsClients({
    region: cloud.region,
    endpointUrl: served.url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    version: "0.0.0",
  });
  try {
    return await work(new AwsExistingResources(clients));
  } finally {
    await clients.close();
    served.close();
  }
}

function cloudOf({ cloud: resources }: Estate): SimulatedAws {
  const data: CloudData = { version: 1, serial: resources.length, resources: [...resources], images: [] };
  return new SimulatedAws({
    region: "us-east-1",
    store: { load: () => data, save: () => Promise.resolve() },
  });
}

interface Asked {
  readonly cloud: SimulatedAws;
  readonly tagged: readonly TaggedResource[];
  readonly existing: ExistingResources;
}

/** The id that a resource is known by after a kill. Nothing else is known then: none is told by having been taken. */
async function identityOf(
  { type, urn }: StoredResource,
  { plan }: Estate,
  { cloud, tagged, existing }: Asked,
): Promise<string | undefined> {
  const inputs: Inputs = plan.resources.find((resource) => resource.urn === urn)?.inputs ?? {};
  if (isFoundByCreation(type)) return (await cloud.create(type, urn, inputs)).id;
  const child = childOf(type, inputs);
  if (child !== undefined) return (await existing.child(child))?.id;
  return (derivedIdentity(type, inputs) ?? taggedIdentity(type, inputs, tagged, () => false))?.id;
}

test("every resource of every plan is found again, and no other one in its place", async () => {
  const lost = new Set<string>();
  const types = new Set<string>();
  for (const estate of estates) {
    const { project, stack } = estate.plan;
    const cloud = cloudOf(estate);
    await asked(cloud, async (existing) => {
      const tagged = await existing.tagged({ project, stack });
      for (const resource of estate.cloud) {
        types.add(resource.type);
        const found = await identityOf(resource, estate, { cloud, tagged, existing });
        const read = found === undefined ? undefined : await cloud.read(resource.type, found);
        if (read?.id === resource.id) continue;
        lost.add(
          `${resource.urn.split("::").slice(2).join("::")} of ${estate.name}, as ${found ?? "nothing"}`,
        );
      }
    });
  }
  expect([...lost]).toEqual([]);
  expect(types.size).toBeGreaterThan(60);
});
