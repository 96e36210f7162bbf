"""ECS Exec in the emulator: the agent of a task that was started with it, and sessions of Systems Manager."""

import json
import uuid

from ministack.core.responses import error_response_json, get_region, json_response
from ministack.services import ecs, ssm

AGENT_TAG = "emulator:agent"
"""The tag of a cluster whose tasks' agents are in another state than RUNNING"""

sanitize = ecs._sanitize
handle_ssm = ssm.handle_request


def state_of_agents(task):
    tags = ecs._tags.get(task.get("clusterArn"), [])
    states = [tag["value"] for tag in tags if tag["key"] == AGENT_TAG]
    return states[0] if states else "RUNNING"


def sanitize_with_agents(record):
    shape = sanitize(record)
    if not isinstance(shape, dict) or not shape.get("enableExecuteCommand") or "containers" not in shape:
        return shape
    state = state_of_agents(shape) if shape.get("lastStatus") == "RUNNING" else "PENDING"
    agent = {"name": "ExecuteCommandAgent", "lastStatus": state}
    shape["containers"] = [{**container, "managedAgents": [agent]} for container in shape["containers"]]
    return shape


def start_session(request):
    cluster, _, rest = request.get("Target", "").removeprefix("ecs:").partition("_")
    task_id, _, runtime_id = rest.partition("_")
    task = ecs._resolve_task(task_id, cluster)
    containers = [one for one in (task or {}).get("containers", []) if one.get("runtimeId") == runtime_id]
    if not containers or not task.get("enableExecuteCommand"):
        return error_response_json("TargetNotConnected", f"{request.get('Target')} is not connected.", 400)
    if request.get("DocumentName") != "AWS-StartPortForwardingSessionToRemoteHost":
        return error_response_json("InvalidDocument", "There is no such document", 400)
    url = f"wss://ssmmessages.{get_region()}.amazonaws.com/v1/data-channel/{uuid.uuid4()}"
    return json_response({"SessionId": str(uuid.uuid4()), "TokenValue": str(uuid.uuid4()), "StreamUrl": url})


async def handle_ssm_with_sessions(method, path, headers, body, query):
    if headers.get("x-amz-target", "").rpartition(".")[2] == "StartSession":
        return start_session(json.loads(body or "{}"))
    return await handle_ssm(method, path, headers, body, query)


def extend():
    global sanitize
    sanitize = ecs._sanitize
    ecs._sanitize = sanitize_with_agents
    ssm.handle_request = handle_ssm_with_sessions
