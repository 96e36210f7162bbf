"""ECS: what a service was made with, which moto forgets, and what AWS adds to a capacity provider."""

from moto.ecs.models import CapacityProvider
from moto.ecs.responses import EC2ContainerServiceResponse

from teaching import taught

KEPT = (
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
    "deploymentConfiguration",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
    "volumeConfigurations",
)


def keep(service, parameters):
    for name in KEPT:
        if parameters.get(name) is not None:
            setattr(service, name, parameters[name])


@taught(EC2ContainerServiceResponse, "create_service")
def create_service(create, response):
    answer = create()
    service = answer.result["service"]
    parameters = response._get_params()
    keep(service, parameters)
    # Of the two ways to say where tasks run, AWS answers the one that was taken.
    if parameters.get("capacityProviderStrategy"):
        service.launch_type = None
        # "LATEST" is what AWS takes where nothing is said (API_CreateService, platformVersion).
        service.platform_version = parameters.get("platformVersion", "LATEST")
    return answer


@taught(EC2ContainerServiceResponse, "update_service")
def update_service(update, response):
    answer = update()
    keep(answer.result["service"], response._get_params())
    return answer


@taught(CapacityProvider, "_prepare_asg_provider")
def prepare_asg_provider(prepare, _provider, details):
    # The default of API_AutoScalingGroupProvider.
    return {"managedDraining": "ENABLED", **prepare(details)}
