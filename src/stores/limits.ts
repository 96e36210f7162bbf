/** Limits of the managed stores that more than one place asks for. */
import type { StoreKind } from "../model/project";

/** GiB where the file says nothing: the least that RDS takes for gp3 (RDS User Guide, DB instance storage). */
export const leastStorage = 20;

/**
 * Replicas that one store can have (RDS User Guide, Working with read replicas: 15 of MySQL, MariaDB and PostgreSQL;
 * ElastiCache User Guide, Quotas: 5 read replicas of a shard).
 */
export const mostReplicas: Readonly<Record<StoreKind, number>> = { postgres: 15, mysql: 15, redis: 5 };
