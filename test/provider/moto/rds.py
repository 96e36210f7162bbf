"""RDS: each instance has an id of its own and keeps its life cycle, and a parameter that was set says so."""

import random
import string

from moto.rds.models import DBInstance, DBParameterGroup

from teaching import taught


@taught(DBInstance, "__init__")
def make_instance(make, instance, *args, **kwargs):
    make(*args, **kwargs)
    instance.dbi_resource_id = "db-" + "".join(random.choices(string.ascii_uppercase + string.digits, k=26))
    # AWS's default (API_CreateDBInstance, EngineLifecycleSupport).
    instance.engine_lifecycle_support = kwargs.get("engine_lifecycle_support", "open-source-rds-extended-support")


@taught(DBParameterGroup, "update_parameters")
def update_parameters(update, _group, parameters):
    update({**parameter, "Source": "user"} for parameter in parameters)
