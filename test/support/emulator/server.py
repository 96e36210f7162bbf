"""The AWS emulator of the tests: ministack, with what the tests need and it has not.

Written against ministack 1.5.33, whose internals it extends; requirements.txt pins that version.
Ends when its standard input is closed, so that it never outlives the test run that started it, however that ended.
"""

import json
import os
import sys
import threading
import time

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import cloudwatch_logs, ecr, ecs, ssm, s3
from ministack.services.cloudformation import provisioners, stacks  # noqa: F401
from ministack.services.cloudformation import engine as cloudformation_engine
from ministack.services.cloudformation import handlers as cloudformation_handlers  # noqa: F401

# No folder of bytecode comes to lie among the sources.
sys.dont_write_bytecode = True
import sessions  # noqa: E402
import stores  # noqa: E402


def end_with_parent():
    """The pipe's other end is the test's: it closes with that process, also when it is killed."""

    def wait():
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


# --- ECR pull-through cache rules -------------------------------------------------------------------------------

rules = {}
"""(account, region, repository prefix) -> the rule as ECR answers it"""

KEPT = ("ecrRepositoryPrefix", "upstreamRegistryUrl", "upstreamRegistry", "credentialArn")


def rule_key(prefix):
    return (get_account_id(), get_region(), prefix)


def create_rule(request):
    prefix = request.get("ecrRepositoryPrefix", "")
    if rule_key(prefix) in rules:
        message = f"A pull through cache rule with prefix '{prefix}' already exists"
        return error_response_json("PullThroughCacheRuleAlreadyExistsException", message, 400)
    rule = {name: request[name] for name in KEPT if name in request}
    rule.update(createdAt=time.time(), registryId=get_account_id())
    rules[rule_key(prefix)] = rule
    return json_response(rule)


def describe_rules(request):
    wanted = request.get("ecrRepositoryPrefixes")
    mine = [rule for key, rule in rules.items() if key[:2] == rule_key("")[:2]]
    found = [rule for rule in mine if not wanted or rule["ecrRepositoryPrefix"] in wanted]
    if wanted and len(found) < len(wanted):
        return error_response_json("PullThroughCacheRuleNotFoundException", "There is no such rule", 400)
    return json_response({"pullThroughCacheRules": found})


def delete_rule(request):
    rule = rules.pop(rule_key(request.get("ecrRepositoryPrefix")), None)
    if rule is None:
        return error_response_json("PullThroughCacheRuleNotFoundException", "There is no such rule", 400)
    return json_response(rule)


RULE_OPERATIONS = {
    "CreatePullThroughCacheRule": create_rule,
    "DescribePullThroughCacheRules": describe_rules,
    "DeletePullThroughCacheRule": delete_rule,
}

handle_ecr = ecr.handle_request


async def handle_ecr_with_rules(method, path, headers, body, query):
    operation = RULE_OPERATIONS.get(headers.get("x-amz-target", "").rpartition(".")[2])
    if operation is None:
        return await handle_ecr(method, path, headers, body, query)
    return operation(json.loads(body or "{}"))


# --- CloudWatch Logs: prefixes of streams, and pages -------------------------------------------------------------

EVENTS_OF_A_PAGE = 50
"""AWS answers a megabyte, or 10,000 events, at once: here few, so that pages are met in tests."""

filter_log_events = cloudwatch_logs._filter_log_events


def filter_log_events_in_pages(request):
    group = cloudwatch_logs._log_groups.get(cloudwatch_logs._resolve_log_group_name(request))
    prefix = request.get("logStreamNamePrefix")
    if group is not None and prefix:
        names = [name for name in group["streams"] if name.startswith(prefix)]
        if not names:
            return json_response({"events": [], "searchedLogStreams": []})
        request = {**request, "logStreamNames": names}
    answer = filter_log_events(request)
    status, _headers, body = answer
    if status >= 400:
        return answer
    events = json.loads(body)["events"]
    start = int(request.get("nextToken", "0"))
    end = start + EVENTS_OF_A_PAGE
    more = {"nextToken": str(end)} if end < len(events) else {}
    return json_response({"events": events[start:end], "searchedLogStreams": [], **more})


# --- Parameter Store: DescribeParameters by path, one level of it -----------------------------------------------

apply_filter = ssm._apply_filter


def apply_filter_by_level(parameter, key, option, values):
    if key == "Path" and option == "OneLevel":
        return any(parameter["Name"].rpartition("/")[0] == value.rstrip("/") for value in values)
    return apply_filter(parameter, key, option, values)


# --- StopTask: SIGTERM, and the task is RUNNING until its containers have ended with exit codes of their own -----

STOP_TIMEOUT = 120
"""Seconds until SIGKILL: what Berth's task definitions grant"""

told_to_stop = {}
"""ARNs of tasks whose desired status is STOPPED, and the reason that was given; the emulator's own would let it forget
to look at their containers, and gives a reason of its own"""

stop_task_at_once = ecs._stop_task
sanitize = ecs._sanitize
list_tasks = ecs._list_tasks


def sanitize_with_desired_status(record):
    shape = sanitize(record)
    if isinstance(record, dict) and record.get("taskArn") in told_to_stop:
        shape["desiredStatus"] = "STOPPED"
        if shape.get("stoppedReason"):
            shape["stoppedReason"] = told_to_stop[record["taskArn"]] or shape["stoppedReason"]
    return shape


def list_tasks_by_desired_status(request):
    """Tasks that were told to stop are listed as such while their containers end."""
    ending = request.get("desiredStatus") == "STOPPED"
    status, headers, body = list_tasks(request)
    if status >= 400:
        return status, headers, body
    answer = json.loads(body)
    if ending:
        _, _, running = list_tasks({**request, "desiredStatus": "RUNNING"})
        answer["taskArns"] += [arn for arn in json.loads(running)["taskArns"] if arn in told_to_stop]
    else:
        answer["taskArns"] = [arn for arn in answer["taskArns"] if arn not in told_to_stop]
    return json_response(answer)


def stop_task(request):
    cluster = ecs._resolve_cluster_name(request.get("cluster", "default"))
    task = cluster and ecs._resolve_task(request.get("task", ""), cluster)
    started = task and task.get("lastStatus") == "RUNNING" and task.get("_docker_ids")
    if not started or str(task.get("group", "")).startswith("service:"):
        return stop_task_at_once(request)
    docker = ecs._get_docker()

    def stop(container_id):
        docker.containers.get(container_id).stop(timeout=STOP_TIMEOUT)

    told_to_stop[task["taskArn"]] = request.get("reason")
    for container_id in list(task["_docker_ids"]):
        threading.Thread(target=stop, args=(container_id,), daemon=True).start()
    return json_response({"task": ecs._sanitize(task)})


# --- Services on Spot where there is none: no task starts, and ECS says why --------------------------------------

NO_SPOT = {"key": "spot", "value": "none"}
"""The tag of a cluster for which Fargate Spot has no capacity"""

reconcile_service = ecs._reconcile_service_tasks


def reconcile_service_without_spot(cluster_name, service_key):
    service = ecs._services.get(service_key)
    if service is None:
        return reconcile_service(cluster_name, service_key)
    strategy = service.get("capacityProviderStrategy") or []
    # The emulator's own new deployment still has the strategy of the one before.
    ecs._primary_deployment(service)["capacityProviderStrategy"] = strategy
    on_spot = any(item["capacityProvider"] == "FARGATE_SPOT" for item in strategy)
    if not on_spot or NO_SPOT not in ecs._clusters[cluster_name].get("tags", []):
        return reconcile_service(cluster_name, service_key)
    message = (
        f"(service {service['serviceName']}) was unable to place a task. Reason: Capacity is unavailable at this "
        "time. Please try again later or in a different availability zone."
    )
    event = {"id": f"no-spot-{time.time()}", "createdAt": time.time(), "message": message}
    service["events"].insert(0, event)


# --- CloudFormation resource types of the bootstrap template ----------------------------------------------------


def provision_rule(_logical_id, properties, _stack):
    names = {name[0].upper() + name[1:]: name for name in KEPT}
    request = {names[name]: value for name, value in properties.items() if name in names}
    status, _, body = create_rule(request)
    if status >= 400:
        raise ValueError(body if isinstance(body, str) else body.decode())
    return request["ecrRepositoryPrefix"], {}


def provision_capacity_providers(_logical_id, properties, _stack):
    strategy = properties.get("DefaultCapacityProviderStrategy") or []
    ecs._put_cluster_capacity_providers({
        "cluster": properties["Cluster"],
        "capacityProviders": properties.get("CapacityProviders", []),
        "defaultCapacityProviderStrategy": provisioners._pascal_to_camel(strategy),
    })
    return properties["Cluster"], {}


providers = {}
"""ARN of an OIDC provider -> its properties"""


def provision_oidc_provider(_logical_id, properties, _stack):
    host = properties["Url"].removeprefix("https://")
    arn = f"arn:aws:iam::{get_account_id()}:oidc-provider/{host}"
    if arn in providers:
        raise ValueError(f"Provider with url {properties['Url']} already exists.")
    providers[arn] = properties
    return arn, {"Arn": arn}


def encryption_xml(by_default):
    """S3's ServerSideEncryptionConfiguration of one rule."""
    key = by_default.get("KMSMasterKeyID")
    key_id = f"<KMSMasterKeyID>{key}</KMSMasterKeyID>" if key else ""
    algorithm = f"<SSEAlgorithm>{by_default['SSEAlgorithm']}</SSEAlgorithm>"
    applied = f"<ApplyServerSideEncryptionByDefault>{algorithm}{key_id}</ApplyServerSideEncryptionByDefault>"
    configuration = f"<ServerSideEncryptionConfiguration><Rule>{applied}</Rule></ServerSideEncryptionConfiguration>"
    return configuration.encode()


def plain_condition(value):
    """What the emulator's conditions don't know: the partition, and a list joined without anything between."""
    if isinstance(value, dict):
        if value == {"Ref": "AWS::Partition"}:
            return "aws"
        if "Fn::Join" in value and value["Fn::Join"][0] == "":
            return value["Fn::Join"][1]
        return {key: plain_condition(item) for key, item in value.items()}
    return [plain_condition(item) for item in value] if isinstance(value, list) else value


def extend_conditions():
    evaluate = cloudformation_engine._evaluate_conditions

    def evaluate_plain(template, params):
        return evaluate({**template, "Conditions": plain_condition(template.get("Conditions", {}))}, params)

    # Each of its modules has the function by its own name.
    for name, module in list(sys.modules.items()):
        if name.startswith("ministack.services.cloudformation.") and hasattr(module, "_evaluate_conditions"):
            module._evaluate_conditions = evaluate_plain


def extend_cloudformation(handlers):
    handlers["AWS::IAM::OIDCProvider"] = {
        "create": provision_oidc_provider,
        "delete": lambda arn, _properties: providers.pop(arn, None),
    }
    handlers["AWS::ECR::PullThroughCacheRule"] = {
        "create": provision_rule,
        "delete": lambda prefix, _properties: rules.pop(rule_key(prefix), None),
    }
    # Nothing reads these but people.
    for kind, name in (("AWS::ECR::RepositoryCreationTemplate", "Prefix"), ("AWS::Logs::ResourcePolicy", "PolicyName")):
        handlers[kind] = {
            "create": lambda _logical_id, properties, _stack, name=name: (properties[name], {}),
            "delete": lambda _physical_id, _properties: None,
        }
    handlers["AWS::ECS::ClusterCapacityProviderAssociations"] = {
        "create": provision_capacity_providers,
        "delete": lambda _cluster, _properties: None,
    }
    create_bucket = handlers["AWS::S3::Bucket"]["create"]

    def create_encrypted_bucket(logical_id, properties, stack):
        name, attributes = create_bucket(logical_id, properties, stack)
        rules = properties.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", [])
        if rules:
            s3._put_bucket_encryption(name, encryption_xml(rules[0]["ServerSideEncryptionByDefault"]))
        return name, attributes

    handlers["AWS::S3::Bucket"]["create"] = create_encrypted_bucket
    create_vpc = handlers["AWS::EC2::VPC"]["create"]

    def create_vpc_with_range(logical_id, properties, stack):
        vpc_id, attributes = create_vpc(logical_id, properties, stack)
        return vpc_id, {**attributes, "CidrBlock": properties.get("CidrBlock")}

    handlers["AWS::EC2::VPC"]["create"] = create_vpc_with_range


if __name__ == "__main__":
    end_with_parent()
    # Seconds until it calls a deployment of a service done
    ecs._ECS_DEPLOYMENT_STEADY_DELAY = float(os.environ.get("STEADY_AFTER", "0.1"))
    ecr.handle_request = handle_ecr_with_rules
    ecs._reconcile_service_tasks = reconcile_service_without_spot
    ecs._stop_task = stop_task
    ecs._sanitize = sanitize_with_desired_status
    ecs._ACTION_MAP["StopTask"] = stop_task
    ecs._ACTION_MAP["ListTasks"] = list_tasks_by_desired_status
    cloudwatch_logs._filter_log_events = filter_log_events_in_pages
    stores.extend()
    sessions.extend()
    ssm._apply_filter = apply_filter_by_level
    extend_cloudformation(provisioners._RESOURCE_HANDLERS)
    extend_conditions()
    from ministack.app import main
    import running

    running.extend()
    main()
