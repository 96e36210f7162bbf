/** Every resource type that the simulated AWS has. */
import type { ResourceType } from "../resource-type";
import { compute } from "./compute";
import { data } from "./data";
import { dns } from "./dns";
import { ecs } from "./ecs";
import { elb } from "./elb";
import { iam } from "./iam";
import { network } from "./network";
import { observe } from "./observe";
import { scaling } from "./scaling";
import { secrets } from "./secrets";
import { storage } from "./storage";

export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  [network, compute, elb, ecs, iam, data, dns, observe, storage, secrets, scaling]
    .flat()
    .map((type) => [type.token, type]),
);
