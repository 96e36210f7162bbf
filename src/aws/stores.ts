/** The clients of the managed stores' own services: a bundle of their own, since one command alone looks at stores. */
export { ElastiCache } from "@aws-sdk/client-elasticache";
export { RDS } from "@aws-sdk/client-rds";
