"""ElastiCache: the members of a replication group, its end, and that of a subnet group."""

from types import SimpleNamespace

from moto.core.responses import EmptyResult
from moto.elasticache.exceptions import ElastiCacheException
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse
from moto.utilities.utils import get_partition

from teaching import added, taught


def member_of(backend, group, member):
    """A cluster of a group, as DescribeCacheClusters answers it."""
    return SimpleNamespace(
        arn=f"arn:{get_partition(backend.region_name)}:elasticache:{backend.region_name}:{backend.account_id}:cluster:{member}",
        cache_cluster_id=member,
        cache_cluster_status="available",
        cache_node_type=group.cache_node_type,
        num_cache_nodes=1,
        engine=group.engine,
        engine_version=group.engine_version,
        replication_group_id=group.replication_group_id,
        cache_subnet_group_name=group.cache_subnet_group_name,
        cache_parameter_group={
            "CacheParameterGroupName": group.cache_parameter_group_name,
            "ParameterApplyStatus": "in-sync",
        },
        security_groups=[
            {"SecurityGroupId": group_id, "Status": "active"} for group_id in group.security_group_ids or []
        ],
        preferred_maintenance_window=group.preferred_maintenance_window or "sun:05:00-sun:06:00",
        snapshot_retention_limit=group.snapshot_retention_limit,
        snapshot_window=group.snapshot_window,
        auto_minor_version_upgrade=group.auto_minor_version_upgrade,
        transit_encryption_enabled=group.transit_encryption_enabled,
        transit_encryption_mode=group.transit_encryption_mode,
        at_rest_encryption_enabled=group.at_rest_encryption_enabled,
        auth_token_enabled=group.auth_token_enabled,
        network_type=group.network_type,
        ip_discovery=group.ip_discovery,
    )


@taught(ElastiCacheBackend, "create_replication_group")
def create_replication_group(create, backend, **parameters):
    # moto counts replicas alone where the cluster mode is off; AWS takes the number of clusters.
    clusters = parameters.get("num_cache_clusters")
    if clusters and not parameters.get("replicas_per_node_group"):
        parameters["replicas_per_node_group"] = clusters - 1
    # What AWS takes where encryption in transit is asked for, and nothing else (API_CreateReplicationGroup).
    if parameters.get("transit_encryption_enabled"):
        parameters["transit_encryption_mode"] = parameters.get("transit_encryption_mode") or "required"
    group = create(**parameters)
    for member in group.member_clusters:
        backend.cache_clusters[member] = member_of(backend, group, member)
    return group


@taught(ElastiCacheBackend, "delete_replication_group")
def delete_replication_group(delete, backend, replication_group_id, **parameters):
    members = [
        name
        for name, cluster in backend.cache_clusters.items()
        if getattr(cluster, "replication_group_id", None) == replication_group_id
    ]
    group = delete(replication_group_id=replication_group_id, **parameters)
    for member in members:
        del backend.cache_clusters[member]
    del backend.replication_groups[replication_group_id]
    return group


@added(ElastiCacheResponse)
def delete_cache_subnet_group(self):
    name = self._get_param("CacheSubnetGroupName")
    backend = self.elasticache_backend
    backend.describe_cache_subnet_groups(cache_subnet_group_name=name)
    if any(getattr(group, "cache_subnet_group_name", "") == name for group in backend.replication_groups.values()):
        raise ElastiCacheException("CacheSubnetGroupInUse", f"Cache subnet group {name} is in use by a cache cluster.")
    del backend.cache_subnet_groups[name]
    return EmptyResult()
