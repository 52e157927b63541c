"""The machine's name and its domain."""

from __future__ import annotations

from bootstrap.sandbox import contract
from reprocheck.variation.model import Variation
from reprocheck.variation.proof import became

_HOST = "ohce-host"
_DOMAIN = "ohce.domain"

ROWS = (
    Variation(
        name="host.name",
        cause="host.name",
        text=f"the host name: {_HOST}",
        vary=lambda c: c.condition(host_name=_HOST),
        marks=lambda c: (c.conditions.host_name or contract.HOST_NAME,),
        took=became("host_name", _HOST),
    ),
    Variation(
        name="host.domain",
        cause="host.domain",
        text=f"the domain: {_DOMAIN}",
        vary=lambda c: c.condition(domain_name=_DOMAIN),
        marks=lambda c: (c.conditions.domain_name or contract.DOMAIN_NAME,),
        took=became("domain_name", _DOMAIN),
    ),
)
