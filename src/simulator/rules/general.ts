/** What AWS refuses of every resource alike. */
import { Rule } from "./rule";

export const generalRules = {
  reference: new Rule({
    what: "resource that another one names",
    limit: "one that exists",
    source: "every API, as InvalidVpcID.NotFound, InvalidGroup.NotFound, ResourceNotFoundException",
    fix: "name a resource that exists, in the stack's account and region",
  }),
  nameTaken: new Rule({
    what: "name that another resource has",
    limit: "each once, of a type and in its scope",
    source: "every API, as EntityAlreadyExists, ResourceAlreadyExistsException",
    fix: "use another name of project, stack or service, or delete what has this one",
  }),
} as const;
