/**
 * Names that AWS keeps to itself (RDS API reference, CreateDBInstance: MasterUsername; RDS User Guide, Master user account;
 * "MySQL feature support" and "MariaDB feature support on Amazon RDS": `rdsproxyadmin` from MySQL 9.7 and MariaDB 12.3 on).
 */
import type { DatabaseService } from "../model/project";

/** Users that a database can't have as its first, by kind, in lower case. */
export const reservedUsers = {
  postgres: ["admin", "user", "rdsadmin", "rdsrepladmin", "rds_superuser"],
  mysql: ["rdsadmin", "rdsrepladmin", "rdsproxyadmin", "mysql", "mariadb"],
} as const satisfies Readonly<Record<DatabaseService["kind"], readonly [string, ...string[]]>>;

/** @param username - in any case */
export function isReservedUser(kind: DatabaseService["kind"], username: string): boolean {
  return (reservedUsers[kind] as readonly string[]).includes(username.toLowerCase());
}
