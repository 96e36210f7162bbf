"""ElastiCache: the members of a replication group, its end, and that of a subnet group; parameter groups."""

from types import SimpleNamespace

from moto.core.responses import ActionResult, EmptyResult
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


# --- Parameter groups, which moto has none of -----------------------------------------------------------------------


def groups_of(backend):
    if not hasattr(backend, "cache_parameter_groups"):
        backend.cache_parameter_groups = {}
    return backend.cache_parameter_groups


def group_of(response):
    name = response._get_param("CacheParameterGroupName")
    group = groups_of(response.elasticache_backend).get(name)
    if group is None:
        raise ElastiCacheException("CacheParameterGroupNotFound", f"CacheParameterGroup {name} not found.")
    return group


@added(ElastiCacheResponse)
def create_cache_parameter_group(self):
    backend, name = self.elasticache_backend, self._get_param("CacheParameterGroupName")
    if name in groups_of(backend):
        raise ElastiCacheException("CacheParameterGroupAlreadyExists", f"Cache parameter group {name} already exists.")
    group = SimpleNamespace(
        cache_parameter_group_name=name,
        cache_parameter_group_family=self._get_param("CacheParameterGroupFamily"),
        description=self._get_param("Description"),
        is_global=False,
        arn=f"arn:{get_partition(backend.region_name)}:elasticache:{backend.region_name}:{backend.account_id}:parametergroup:{name}",
        parameters={},
    )
    groups_of(backend)[name] = group
    backend.tagging_service.tag_resource(group.arn, self._get_param("Tags", []))
    return ActionResult({"CacheParameterGroup": group})


@added(ElastiCacheResponse)
def describe_cache_parameter_groups(self):
    named = self._get_param("CacheParameterGroupName")
    groups = [group_of(self)] if named else list(groups_of(self.elasticache_backend).values())
    return ActionResult({"CacheParameterGroups": groups})


@added(ElastiCacheResponse)
def modify_cache_parameter_group(self):
    group = group_of(self)
    for entry in self._get_param("ParameterNameValues", []):
        group.parameters[entry["ParameterName"]] = entry["ParameterValue"]
    return ActionResult({"CacheParameterGroupName": group.cache_parameter_group_name})


@added(ElastiCacheResponse)
def describe_cache_parameters(self):
    parameters = [
        {"ParameterName": name, "ParameterValue": value, "Source": "user"}
        for name, value in group_of(self).parameters.items()
    ]
    return ActionResult({"Parameters": parameters})


@added(ElastiCacheResponse)
def delete_cache_parameter_group(self):
    del groups_of(self.elasticache_backend)[group_of(self).cache_parameter_group_name]
    return EmptyResult()


@taught(ElastiCacheBackend, "list_tags_for_resource")
def list_tags_for_resource(list_tags, backend, arn):
    """moto's check of the ARN knows no parameter groups."""
    if ":parametergroup:" in arn:
        return backend.tagging_service.list_tags_for_resource(arn)
    return list_tags(arn)
