"""The files of a site's mosquitto: configuration, access list, certificates; starts nothing.

The configuration is written anew each time; the access list is a person's own once it is there.
"""

import getpass
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from tools import pki

RECEIVER, OPERATOR = "receiver", "operator"  # as in _ACCESS
_OWN_LINES = "conf.d"
# Each save writes the whole database. Measured: 227 messages a second when it follows each one,
# 3,300 when it follows 20. What a crash takes of them, the receiver's ack brings back.
_AUTOSAVE = 20
_PACKET_BYTES = 16384  # the longest record has 6 KB, and its envelope doubles each quotation mark

# The patterns rest on `pki`, which gives no certificate to a name with `/`, `+` or `#`.
_ACCESS = """\
# Who may do what. `make broker` wrote this once and leaves it alone: change it as you need it,
# then start the broker anew. What is not allowed here is denied.

# A device, by the name in its certificate, which is its device id: its own topics and no others.
pattern write wattseal/v1/%u/status
pattern write wattseal/v1/%u/key
pattern write wattseal/v1/%u/bill/+
pattern write wattseal/v1/%u/load/+
pattern write wattseal/v1/%u/stat
pattern write wattseal/v1/%u/live/+
pattern write wattseal/v1/%u/tariff/+
pattern write wattseal/v1/%u/rsp
pattern write wattseal/v1/%u/audit
pattern read wattseal/v1/%u/ack
pattern read wattseal/v1/%u/resend
pattern read wattseal/v1/%u/cmd
pattern read wattseal/v1/%u/part

# The receiver stores the records of all devices. Another one: copy these lines for its name.
user receiver
topic read wattseal/v1/+/status
topic read wattseal/v1/+/key
topic read wattseal/v1/+/bill/+
topic read wattseal/v1/+/load/+
topic read wattseal/v1/+/stat
topic read wattseal/v1/+/live/+
topic read wattseal/v1/+/tariff/+
topic read wattseal/v1/+/audit
topic write wattseal/v1/+/ack
topic write wattseal/v1/+/resend

# The operator sends signed commands and sees the answers.
user operator
topic write wattseal/v1/+/cmd
topic write wattseal/v1/+/part
topic read wattseal/v1/+/rsp
topic read wattseal/v1/+/status
topic read wattseal/v1/+/live/+

# Home Assistant, if you have it: take away the # of each line below. It trusts what it finds, and
# every device could then show it something.
#pattern write homeassistant/device/%u/+/config
#user homeassistant
#topic read homeassistant/#
#topic write homeassistant/status
#topic read wattseal/v1/+/status
#topic read wattseal/v1/+/live/+
"""

_SETTINGS = """\
# Written by `make broker` each time it starts. Lines of your own go into {own_lines}/*.conf.
{per_listener}
# A certificate of the authority's says who somebody is; the same name twice is one client.
listener {port}
certfile {pki}/broker.pem
keyfile {pki}/broker.key.pem
cafile {pki}/ca.pem
tls_version tlsv1.2
require_certificate true
use_identity_as_username true
use_username_as_clientid true
{access}
{plain}
# Small answers must not wait for one another: half the time of draining a backlog.
set_tcp_nodelay true

# What a broker keeps it may lose: a record is done when the receiver says so, not the broker.
persistence true
persistence_location {data}
autosave_on_changes true
autosave_interval {autosave}
persistent_client_expiration 14d

# For each client: enough for a receiver that is slow, and an end to it.
max_queued_messages 10000
max_queued_bytes 33554432
max_inflight_messages 100
max_packet_size {packet_bytes}

# Never what is in a message; `debug` would tell topics.
log_dest stdout
log_type error
log_type warning
log_type notice
log_type information
log_timestamp_format %Y-%m-%dT%H:%M:%S
user {user}
include_dir {folder}/{own_lines}
"""
_GUARDED = "allow_anonymous false\nacl_file {folder}/acl"
# Only for tests: whoever connects says himself who he is.
_PLAIN = "listener {port} 127.0.0.1\nallow_anonymous true\nacl_file {folder}/acl\n"


class BrokerFault(Exception):
    """One sentence."""


@dataclass(frozen=True)
class Site:
    """`plain_port`: also a listener without TLS on 127.0.0.1, for tests; 0 for none."""

    folder: Path
    port: int = 8883
    hosts: tuple[str, ...] = ()
    plain_port: int = 0

    @property
    def pki(self) -> Path:
        return self.folder / "pki"

    @property
    def configuration(self) -> Path:
        return self.folder / "mosquitto.conf"


def prepare(site: Site) -> None:
    """Everything that mosquitto needs; what is there of certificates and access stays."""
    try:
        for name in ("data", _OWN_LINES):
            (site.folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        _certify(site)
        access = site.folder / "acl"
        if not access.exists():
            _write(access, _ACCESS)
        _write(site.configuration, _settings(site))
    except OSError as fault:
        raise BrokerFault(
            f"{fault.filename or site.folder} cannot be written ({fault.strerror}); name another "
            "DIR"
        ) from fault
    except pki.PkiError as fault:
        raise BrokerFault(str(fault)) from fault


def _certify(site: Site) -> None:
    if not (site.pki / "ca.pem").exists():
        pki.init(site.pki, list(dict.fromkeys(("localhost", "127.0.0.1", *site.hosts))))
    names = broker_names(site)
    for host in site.hosts:
        if host not in names:
            raise BrokerFault(
                f"the broker's certificate does not name {host}, but {', '.join(names)}; name "
                "another DIR for new certificates"
            )
    for name in (RECEIVER, OPERATOR):
        if not (site.pki / "clients" / f"{name}.pem").exists():
            pki.receiver(site.pki, name)


def broker_names(site: Site) -> list[str]:
    """The hosts in the broker's certificate. BrokerFault."""
    path = site.pki / "broker.pem"
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound) as fault:
        raise BrokerFault(
            f"{path} is no certificate of a broker; name another DIR for new ones"
        ) from fault
    names = found.get_values_for_type(x509.DNSName)
    return names + [str(address) for address in found.get_values_for_type(x509.IPAddress)]


def _settings(site: Site) -> str:
    folder = site.folder.resolve()
    guarded = _GUARDED.format(folder=folder)
    plain = _PLAIN.format(port=site.plain_port, folder=folder) if site.plain_port else ""
    return _SETTINGS.format(
        folder=folder, own_lines=_OWN_LINES, port=site.port, pki=folder / "pki",
        data=folder / "data", access=guarded, plain=plain, packet_bytes=_PACKET_BYTES,
        per_listener="per_listener_settings true\n" if plain else "", user=getpass.getuser(),
        autosave=_AUTOSAVE,
    )  # fmt: skip


def _write(path: Path, text: str) -> None:
    """For its owner alone; whole or not at all."""
    new = path.with_name(path.name + ".new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    new.replace(path)
