"""RDS: each instance, replicas too, has an id of its own and keeps its life cycle, and a parameter that was set says so."""

import random
import string

from moto.rds.models import DBInstance, DBParameterGroup, RDSBackend

from teaching import taught


def resource_id():
    return "db-" + "".join(random.choices(string.ascii_uppercase + string.digits, k=26))


@taught(DBInstance, "__init__")
def make_instance(make, instance, *args, **kwargs):
    make(*args, **kwargs)
    instance.dbi_resource_id = resource_id()
    # AWS's default (API_CreateDBInstance, EngineLifecycleSupport).
    instance.engine_lifecycle_support = kwargs.get("engine_lifecycle_support", "open-source-rds-extended-support")


@taught(DBParameterGroup, "update_parameters")
def update_parameters(update, _group, parameters):
    update({**parameter, "Source": "user"} for parameter in parameters)


@taught(RDSBackend, "create_db_instance_read_replica")
def create_replica(create, _backend, parameters):
    """moto's replica is a copy of its source, down to its id."""
    replica = create(parameters)
    replica.dbi_resource_id = resource_id()
    return replica
