"""Which network addresses count as public.

IPv4: all but the networks of the IANA special-purpose registry, multicast, the reserved rest, and the one
address by which Azure's hosts answer their guests. IPv6: only global unicast (2000::/3), without what carries
an IPv4 address inside (6to4, Teredo), since that one is not checked. NAT64 and IPv4-mapped addresses are
outside of 2000::/3. Sources: RFC 6890 and the IANA registries made from it, as of 2026.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

_NOT_PUBLIC: Final = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
]
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_NOT_PUBLIC_6: Final = [
    IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
]


def is_public(address: str) -> bool:
    """Whether the address, as the resolver gave it, is on the public internet. False for what is none."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _NOT_PUBLIC)
    return _is_public_6(ip)


def _is_public_6(ip: IPv6Address) -> bool:
    return (
        ip.scope_id is None and ip in _GLOBAL_UNICAST and not any(ip in network for network in _NOT_PUBLIC_6)
    )
