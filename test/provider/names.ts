/** Pulumi's names in Terraform's words: by rule, with the few that follow none. */

/** Pulumi's modules whose resources have another prefix in Terraform. */
const prefixes: Readonly<Record<string, string>> = {
  rds: "db",
  servicediscovery: "service_discovery",
};

/** Pulumi's types that follow no rule. */
const types: Readonly<Record<string, string>> = {
  "aws:lb/loadBalancer:LoadBalancer": "aws_lb",
  "aws:s3/bucketObject:BucketObject": "aws_s3_object",
  "aws:s3/bucketObjectv2:BucketObjectv2": "aws_s3_object",
};

/** Pulumi's properties that follow no rule, by Terraform's type and Pulumi's path. */
const properties: Readonly<Record<string, string>> = {
  "aws_cloudwatch_metric_alarm.name": "alarm_name",
  "aws_sns_topic_subscription.topic": "topic_arn",
};

/** `targetGroupArn`, `DBInstance` → `target_group_arn`, `db_instance` */
export function snake(name: string): string {
  return name
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/**
 * Terraform's type of a Pulumi type: `aws:ec2/vpc:Vpc` → `aws_vpc`.
 *
 * @returns undefined where the provider has none
 */
export function terraformType(token: string, known: Readonly<Record<string, unknown>>): string | undefined {
  const fixed = types[token];
  if (fixed !== undefined) return fixed in known ? fixed : undefined;
  const [module = "", name = ""] = (token.split(":")[1] ?? "").split("/");
  const prefix = prefixes[module];
  const candidates = [
    `aws_${module}_${snake(name)}`,
    ...(prefix === undefined ? [] : [`aws_${prefix}_${snake(name)}`]),
    `aws_${snake(name)}`,
  ];
  return candidates.find((candidate) => candidate in known);
}

const flat = (name: string): string => name.replaceAll("_", "").toLowerCase();

/** A word and what it may be the plural of: Pulumi's lists are plural, Terraform's blocks mostly are not. */
function singulars(word: string): readonly string[] {
  return [
    word,
    ...(word.endsWith("ies") ? [`${word.slice(0, -3)}y`] : []),
    ...(word.endsWith("es") ? [word.slice(0, -2)] : []),
    ...(word.endsWith("s") ? [word.slice(0, -1)] : []),
  ];
}

/**
 * Terraform's name of a property.
 *
 * @param where - Terraform's type and the path to the property, in Pulumi's words: `aws_lb.accessLogs.bucket`
 * @param names - those that the place has
 */
export function terraformName(where: string, names: readonly string[]): string | undefined {
  const fixed = properties[where];
  if (fixed !== undefined) return names.includes(fixed) ? fixed : undefined;
  const byFlat = new Map(names.map((name) => [flat(name), name]));
  const found = singulars(flat(where.slice(where.lastIndexOf(".") + 1))).find((word) => byFlat.has(word));
  return found === undefined ? undefined : byFlat.get(found);
}

/** A resource's name as Terraform's label. */
export function labelOf(name: string): string {
  const label = name.replace(/[^A-Za-z0-9_-]/g, "_");
  return /^[A-Za-z_]/.test(label) ? label : `_${label}`;
}
