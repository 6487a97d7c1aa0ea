"""Signs the requests on standard input as botocore does (python3-botocore): what our own signer is held to."""
import datetime
import json
import sys
from unittest import mock

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


class Moment(datetime.datetime):
    @classmethod
    def utcnow(cls):
        return cls(2026, 11, 20, 10, 11, 12)


class Signer(botocore.auth.S3SigV4Auth):
    """botocore keeps the query of a URL in the order in which it was given; S3 sorts it."""

    def payload(self, request):
        return request.headers["X-Amz-Content-SHA256"]

    def _should_sha256_sign_payload(self, request):
        return True


def signature(asked):
    url = asked["url"] + ("?" + asked["query"] if asked["query"] else "")
    request = AWSRequest(method=asked["method"], url=url, headers=asked["headers"])
    request.headers["X-Amz-Content-SHA256"] = asked["hash"]
    signer = Signer(Credentials("key", "se/cret+"), "s3", "eu-central-1")
    signer._modify_request_before_signing = lambda request: botocore.auth.SigV4Auth._modify_request_before_signing(
        signer, request)
    with mock.patch("botocore.auth.datetime") as fake:
        fake.datetime = Moment
        signer.add_auth(request)
    return request.headers["Authorization"].rsplit("=", 1)[1]


print(json.dumps([signature(one) for one in json.load(sys.stdin)]))
