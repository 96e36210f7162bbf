"""CloudFront: what AWS leaves out of its answers, and moto fills in."""

from moto.cloudfront.models import DefaultCacheBehaviour, ViewerCertificate

from teaching import taught


@taught(DefaultCacheBehaviour, "__init__")
def behavior(make, self, config):
    make(config)
    # A behavior with a cache policy has no ForwardedValues (API_DefaultCacheBehavior).
    if self.cache_policy_id:
        self.forwarded_values = None


@taught(ViewerCertificate, "__init__")
def certificate(make, self, config):
    make(config)
    # CloudFront's own certificate has neither id nor ARN (API_ViewerCertificate).
    self.iam_certificate_id = self.iam_certificate_id or None
    self.acm_certificate_arn = self.acm_certificate_arn or None
