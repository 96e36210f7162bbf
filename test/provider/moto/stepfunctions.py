"""Step Functions: the check of a definition, as far as JSON goes; versions, of which Berth publishes none."""

import json

from moto.stepfunctions.responses import StepFunctionResponse

from teaching import added


@added(StepFunctionResponse)
def validate_state_machine_definition(self):
    definition = json.loads(self._get_param("definition"))
    known = definition["StartAt"] in definition["States"]
    return json.dumps({"result": "OK" if known else "FAIL", "diagnostics": []})


@added(StepFunctionResponse)
def list_state_machine_versions(self):
    return json.dumps({"stateMachineVersions": []})
