/** Every resource type that the simulated AWS has. */
import { nameRules, type NameRules } from "../cloud/naming";
import { typeWords } from "../cloud/references";
import type { ResourceType } from "../cloud/resource-type";
import { accessRules } from "../rules/access";
import { balancingRules } from "../rules/balancing";
import { serviceRules, taskRules } from "../rules/containers";
import { cloudFrontRules } from "../rules/cloudfront";
import { cacheRules, databaseRules } from "../rules/data";
import { edgeRules } from "../rules/edge";
import { generalRules } from "../rules/general";
import { machineRules, networkRules } from "../rules/network";
import { shiftRules } from "../rules/shifts";
import { networkBalancingRules } from "../rules/network-balancing";
import { observeRules } from "../rules/observe";
import type { Rule } from "../rules/rule";
import { acm } from "./acm";
import { cloudFront } from "./cloudfront";
import { messageRules } from "../rules/messages";
import { workflowRules } from "../rules/workflows";
import { compute } from "./compute";
import { data } from "./data";
import { dns } from "./dns";
import { ecs } from "./ecs";
import { elb } from "./elb";
import { iam } from "./iam";
import { messages } from "./messages";
import { network } from "./network";
import { observe } from "./observe";
import { scaling } from "./scaling";
import { secrets } from "./secrets";
import { storage } from "./storage";
import { workflows } from "./workflows";

export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  [
    network,
    compute,
    elb,
    ecs,
    iam,
    data,
    acm,
    dns,
    observe,
    storage,
    secrets,
    scaling,
    cloudFront,
    workflows,
    messages,
  ]
    .flat()
    .map((type) => [type.token, type]),
);

const named = [...resourceTypes.values()].flatMap(({ token, name }) =>
  name === undefined ? [] : [[token, nameRules(name, typeWords(token))] as const],
);

/** The rules of the names of each type that has one, by token. */
export const namesByType: ReadonlyMap<string, NameRules> = new Map(named);

/** Everything that the simulated AWS refuses, the rules of names last. */
export const allRules: readonly Rule[] = [
  ...[
    generalRules,
    networkRules,
    machineRules,
    balancingRules,
    networkBalancingRules,
    taskRules,
    serviceRules,
    shiftRules,
  ],
  ...[
    databaseRules,
    cacheRules,
    edgeRules,
    cloudFrontRules,
    observeRules,
    accessRules,
    workflowRules,
    messageRules,
  ],
]
  .flatMap((book): readonly Rule[] => Object.values(book))
  .concat(named.flatMap(([, { length, characters }]) => [length, characters]));
