/** Secrets before they are set: their names and values checked, wherever they come from. */
import { BerthError, type Problem } from "../../errors";
import type { StoredSecret } from "../../ports";
import type { Project } from "../../model/project";
import { databasePasswords, passwordFault } from "../../stores/passwords";

/** What Parameter Store takes in one level of a name (PutParameter, Name). */
const namePattern = /^[A-Za-z0-9_.-]+$/;
/** Characters; with the path before it a name stays within Parameter Store's 1011 with the ARN (PutParameter, Name). */
const longestName = 512;

/** Bytes that a parameter holds (AWS Systems Manager User Guide, Managing parameter tiers). */
const capacity = { Standard: 4096, Advanced: 8192 };

/** A secret as it will be set. */
export interface NewSecret {
  readonly name: string;
  readonly value: string;
  readonly tier: StoredSecret["tier"];
}

/**
 * Refuses words that are no names. None is quoted: somebody may have written a value.
 *
 * @throws BerthError (usage) with every problem at once
 */
export function checkNames(words: readonly string[]): void {
  const problems = words.flatMap((word, index) => nameProblem(word, index));
  if (problems.length > 0) throw new BerthError("usage", problems);
}

function nameProblem(word: string, index: number): readonly Problem[] {
  const equals = word.indexOf("=");
  const before = word.slice(0, equals);
  if (equals > 0 && namePattern.test(before)) {
    return [
      {
        path: before,
        message: "a value on the command line stays in the shell's history and in the list of processes",
        hint: `leave it out and be asked for it, or give it through a pipe: berth secret set ${before} -`,
      },
    ];
  }
  if (namePattern.test(word) && word.length <= longestName) return [];
  return [
    {
      path: `argument ${index + 1}`,
      message: "that is no name of a secret",
      hint: `letters, digits, and _ . - (Parameter Store), at most ${longestName} characters`,
    },
  ];
}

/**
 * Secrets with the tier that holds them.
 *
 * @param values - by name
 * @param tierOf - the tier of one that is set already: an advanced parameter can't be made a standard one again
 * @param project - absent where there is no compose file: then nobody knows what a value is for
 * @throws BerthError (usage) with every value that can't be kept, or can't be what it is for
 */
export function checkValues(
  values: ReadonlyMap<string, string>,
  tierOf: (name: string) => StoredSecret["tier"] | undefined,
  project?: Project,
): readonly NewSecret[] {
  const passwords = project === undefined ? new Map<string, number>() : databasePasswords(project);
  const problems = [...values].flatMap(([name, value]) => {
    const problem = valueProblem(name, value);
    return problem.length === 0 ? passwordProblem(name, value, passwords.get(name)) : problem;
  });
  if (problems.length > 0) throw new BerthError("usage", problems);
  return [...values].map(([name, value]) => {
    const large = Buffer.byteLength(value) > capacity.Standard;
    return { name, value, tier: large || tierOf(name) === "Advanced" ? "Advanced" : "Standard" };
  });
}

/** @param longest - characters that a database's password may have; no value for any other secret */
function passwordProblem(path: string, value: string, longest: number | undefined): readonly Problem[] {
  const fault = longest === undefined ? undefined : passwordFault(value, longest);
  if (fault === undefined) return [];
  return [
    { path, message: fault.message, hint: "use letters and digits, such as those of openssl rand -hex 16" },
  ];
}

function valueProblem(path: string, value: string): readonly Problem[] {
  const size = Buffer.byteLength(value);
  if (size === 0) {
    return [
      {
        path,
        message: "the value is empty",
        hint: "Parameter Store keeps no empty text: set one, or berth secret rm",
      },
    ];
  }
  if (size > capacity.Advanced) {
    return [
      {
        path,
        message: `the value has ${size} bytes, and Parameter Store keeps ${capacity.Advanced} at most`,
        hint: "keep it in a file of a private bucket, and give the service its address and a policy (x-policies)",
      },
    ];
  }
  // PutParameter takes {{…}} for a reference to another parameter, and refuses it.
  if (value.includes("{{")) {
    return [
      { path, message: "the value has {{ in it, which Parameter Store refuses", hint: "keep it in base64" },
    ];
  }
  return [];
}

/** A value as a pipe gives it: the newline that `echo` puts at its end is no part of it. */
export function pipedValue(text: string): string {
  return text.replace(/\r?\n$/, "");
}
