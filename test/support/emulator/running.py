"""What changes a running stack: Application Auto Scaling, which the emulator has not, and the permission for UpdateService."""

import json

from ministack import app
from ministack.core import iam_actions, router
from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import tagging

import stores

# --- Application Auto Scaling: scalable targets are kept, and scale nothing ----------------------------------------

targets = {}
"""(account, region, namespace, resource, dimension) -> the target as DescribeScalableTargets answers it"""


def key_of(request):
    names = ("ServiceNamespace", "ResourceId", "ScalableDimension")
    return (get_account_id(), get_region(), *(request.get(name) for name in names))


tags = {}
"""ARN of a target -> its tags"""


def arn_of(request):
    name = request.get("ResourceId", "").replace("/", "-")
    return f"arn:aws:application-autoscaling:{get_region()}:{get_account_id()}:scalable-target/{name}"


def collect_targets():
    for arn, own in tags.items():
        yield arn, [{"Key": key, "Value": value} for key, value in own.items()]


def register(request):
    known = targets.get(key_of(request), {})
    if not known and ("MinCapacity" not in request or "MaxCapacity" not in request):
        return error_response_json("ValidationException", "MinCapacity and MaxCapacity are required", 400)
    kept = {name: value for name, value in request.items() if name != "Tags"}
    tags.setdefault(arn_of(request), request.get("Tags", {}))
    suspended = {**known.get("SuspendedState", {}), **request.get("SuspendedState", {})}
    targets[key_of(request)] = {**known, **kept, "SuspendedState": suspended}
    return json_response({"ScalableTargetARN": arn_of(request)})


def describe(request):
    wanted = request.get("ResourceIds")
    mine = [target for key, target in targets.items() if key[:3] == key_of(request)[:3]]
    return json_response(
        {"ScalableTargets": [target for target in mine if not wanted or target["ResourceId"] in wanted]}
    )


OPERATIONS = {"RegisterScalableTarget": register, "DescribeScalableTargets": describe}


async def handle(_method, _path, headers, body, _query):
    name = headers.get("x-amz-target", "").rpartition(".")[2]
    operation = OPERATIONS.get(name)
    if operation is None:
        return error_response_json("InvalidAction", f"The emulator has no {name}", 400)
    return operation(json.loads(body or "{}"))


# --- Permissions: UpdateService is asked of the service and its tags, where the emulator asks of its cluster -----

resource_of_call = iam_actions.extract_resource_arn


def resource_of_call_with_services(service, method, path, headers, body, query, region, account):
    arn = resource_of_call(service, method, path, headers, body, query, region, account)
    if service == "application-autoscaling":
        return arn_of(json.loads(body or "{}"))
    if service != "ecs" or not headers.get("x-amz-target", "").endswith(".UpdateService"):
        return arn
    request = json.loads(body or "{}")
    cluster = str(request.get("cluster", "default")).rpartition("/")[2]
    name = str(request.get("service", "")).rpartition("/")[2]
    return f"arn:aws:ecs:{get_region()}:{get_account_id()}:service/{cluster}/{name}"


def extend():
    tagging._RESOURCE_TAG_COLLECTORS["rds"] = stores.collect_instances
    tagging._RESOURCE_TAG_COLLECTORS["application-autoscaling"] = collect_targets
    iam_actions.extract_resource_arn = resource_of_call_with_services
    tagging._RESOURCE_TAG_COLLECTORS["ecs"] = tagging._collect_ecs
    router.SERVICE_PATTERNS["application-autoscaling"] = {"target_prefixes": ["AnyScaleFrontendService"]}
    app.SERVICE_HANDLERS["application-autoscaling"] = handle
