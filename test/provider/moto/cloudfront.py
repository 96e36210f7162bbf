"""CloudFront: what AWS leaves out of its answers, and moto fills in or forgets; functions that change and are published; policies of headers."""

from types import SimpleNamespace

from moto.cloudfront.exceptions import CloudFrontException
from moto.cloudfront.models import DefaultCacheBehaviour, Origin, ViewerCertificate, random_id
from moto.cloudfront.responses import CloudFrontResponse
from moto.cloudfront.urls import url_paths
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow

from teaching import added, taught

for path in ("function/(?P<name>[^/]+)/publish", "response-headers-policy", "response-headers-policy/(?P<id>[^/]+)"):
    url_paths["{0}/2020-05-31/" + path + "$"] = CloudFrontResponse.dispatch


@taught(DefaultCacheBehaviour, "__init__")
def behavior(make, self, config):
    make(config)
    # A behavior with a cache policy has no ForwardedValues (API_DefaultCacheBehavior).
    if self.cache_policy_id:
        self.forwarded_values = None
    self.function_associations = config.get("FunctionAssociations") or self.function_associations
    # GrpcConfig has one required member (API_GrpcConfig).
    grpc = config.get("GrpcConfig") or {}
    self.grpc_config = {"Enabled": str(grpc.get("Enabled") or "").lower() == "true"} if grpc else None


@taught(Origin, "__init__")
def origin(make, self, config):
    make(config)
    self.origin_access_control_id = config.get("OriginAccessControlId") or ""


@taught(ViewerCertificate, "__init__")
def certificate(make, self, config):
    make(config)
    # One is named: CloudFront's own, which has neither id nor ARN, or another (API_ViewerCertificate).
    own = str(config.get("CloudFrontDefaultCertificate") or "").lower() == "true"
    self.cloud_front_default_certificate = own
    self.iam_certificate_id = self.iam_certificate_id or None
    self.acm_certificate_arn = self.acm_certificate_arn or None


# --- Functions ------------------------------------------------------------------------------------------------------


@added(CloudFrontResponse)
def publish_function(self):
    function = self.backend.describe_function(name=self._get_param("Name"))
    function.status = "UNASSOCIATED"
    return ActionResult({"FunctionSummary": function.function_summary})


@added(CloudFrontResponse)
def update_function(self):
    function = self.backend.describe_function(name=self._get_param("Name"))
    function.config = self._get_param("FunctionConfig", {})
    function.code = self._get_param("FunctionCode")
    function.etag = random_id()
    function.last_modified_time = utcnow()
    return ActionResult({"FunctionSummary": function.function_summary, "ETag": function.etag})


# --- Policies of response headers, which moto has none of -----------------------------------------------------------


def policies_of(response):
    backend = response.backend
    if not hasattr(backend, "response_headers_policies"):
        backend.response_headers_policies = {}
    return backend.response_headers_policies


def policy_of(response):
    found = policies_of(response).get(response._get_param("Id"))
    if found is None:
        error = CloudFrontException("NoSuchResponseHeadersPolicy", "The specified response headers policy does not exist.")
        error.code = 404
        raise error
    return found


def answer(policy):
    return ActionResult(
        {
            "ResponseHeadersPolicy": {
                "Id": policy.id,
                "LastModifiedTime": policy.last_modified_time,
                "ResponseHeadersPolicyConfig": policy.config,
            },
            "ETag": policy.etag,
        }
    )


def set_config(policy, config):
    policy.config = config
    policy.etag = random_id()
    policy.last_modified_time = utcnow()
    return policy


@added(CloudFrontResponse)
def create_response_headers_policy(self):
    policy = set_config(SimpleNamespace(id=random_id()), self._get_param("ResponseHeadersPolicyConfig"))
    policies_of(self)[policy.id] = policy
    return answer(policy)


@added(CloudFrontResponse)
def get_response_headers_policy(self):
    return answer(policy_of(self))


@added(CloudFrontResponse)
def update_response_headers_policy(self):
    return answer(set_config(policy_of(self), self._get_param("ResponseHeadersPolicyConfig")))


@added(CloudFrontResponse)
def delete_response_headers_policy(self):
    del policies_of(self)[policy_of(self).id]
    return EmptyResult()
