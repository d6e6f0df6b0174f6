"""Servers and devices of the TLS matrix: what must be let in, and what refused for which reason.

A case is (name, context of the server, settings of the device, why it is refused or ""). The words
are mbedTLS's, as far as they say more than that the server said no.
"""

import ssl

import tls_servers
from tls_servers import context, days, issue, issue_rsa

from tools import certificates
from tools.certificates import CLIENT, Wanted

NAME = "does not match with the expected CN"
SIGNED = "not correctly signed by the trusted CA"
USAGE = "-31232"  # MBEDTLS_ERR_SSL_BAD_CERTIFICATE: not for servers
NO_LIST = "-9088"  # MBEDTLS_ERR_X509_INVALID_NAME: drivers.tcp_stream.lists_hosts
ALERT = "-30592"  # MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE: the server refuses
ANY = "no MQTT login"
HOST = "broker.test"
TLS_1_1, TLS_1_2, TLS_1_3 = ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


class Matrix:
    """`folder` becomes the device's: authorities and its own certificates in DER."""

    def __init__(self, folder):
        self.folder = folder
        self.old, self.new = self.authority("old"), self.authority("new")
        self.stranger = self.authority("stranger")
        self.good = issue(HOST, self.old, [HOST])
        self.own("own", issue("device", self.old, usage=CLIENT))
        self.own("foreign", issue("device", self.stranger, usage=CLIENT))

    def authority(self, name, **limits):
        holder = certificates.issue(Wanted(name, **limits))
        (self.folder / f"{name}.der").write_bytes(holder.der)
        return holder

    def own(self, name, holder):
        (self.folder / f"{name}.der").write_bytes(holder.der)
        (self.folder / f"{name}.key").write_bytes(holder.key_der)

    def client(self):
        """The file of the certificate and key that this authority's servers ask for."""
        path = self.folder / "client.pem"
        holder = issue("client", self.old, usage=CLIENT)
        path.write_bytes(holder.pem + holder.key_pem)
        return path

    def server(self, holder, *chain, **options):
        return context(self.folder, holder, chain, **options)

    def cases(self):
        return self.certificates() + self.chains() + self.versions() + self.mutual() + self.slots()

    def certificates(self):
        def case(name, why, hosts=(HOST,), host=HOST, subject=HOST, issuer=self.old, **limits):
            certificate = issue(subject, issuer, hosts, **limits)
            return name, self.server(certificate), {"host": host}, why

        return [
            case("good", ""),
            case("other host", NAME, ["other.test"]),
            case("other host, common name right", NAME, ["other.test"], subject=HOST),
            case("expired", "validity has expired", valid_days=-1),
            case("not yet valid", "validity starts in the future", valid_from=days(1)),
            case("untrusted authority", SIGNED, issuer=self.stranger),
            case("for clients only", USAGE, usage=CLIENT),
            case("address, listed", "", ["127.0.0.1"], host="127.0.0.1"),
            case("address, only a name listed", NAME, host="127.0.0.1"),
            case("address, another one listed", NAME, ["127.0.0.2"], host="127.0.0.1"),
            case("wildcard", "", ["*.test"]),
            case("wildcard, two labels deep", NAME, ["*.test"], host="a.broker.test"),
            case("wildcard, the domain itself", NAME, ["*.broker.test"]),
            case("common name, no list", NO_LIST, []),
            case("another common name, no list", ANY, [], subject="other.test"),
            case("second of two names", "", ["other.test", HOST]),
            case("capitals", "", ["BROKER.Test"]),
            case("no host name", NAME, host=""),
        ]

    def chains(self):
        root = self.authority("root", path_length=1)
        between = certificates.issue(Wanted("between"), root)
        below = certificates.issue(Wanted("below"), self.old)  # `old` may have none below it
        pretender = issue("pretender", self.old)  # CA:FALSE
        impostor = certificates.issue(Wanted("old"))  # the name, not the key
        alone = issue(HOST, None, [HOST])
        rows = [
            ("intermediate", [issue(HOST, between, [HOST]), between], "root.der", ""),
            ("intermediate, not sent", [issue(HOST, between, [HOST])], "root.der", SIGNED),
            ("intermediate, not allowed", [issue(HOST, below, [HOST]), below], "old.der", ANY),
            ("CA:FALSE", [issue(HOST, pretender, [HOST]), pretender], "old.der", SIGNED),
            ("the authority's name", [issue(HOST, impostor, [HOST]), impostor], "old.der", SIGNED),
            ("self-signed", [alone], "old.der", SIGNED),
            ("damaged", [tls_servers.with_another_signature(self.good)], "old.der", SIGNED),
        ]
        return [
            (name, self.server(*chain), {"ca": authority}, why)
            for name, chain, authority, why in rows
        ]

    def versions(self):
        with_rsa, weak = issue_rsa(HOST, self.old), issue_rsa(HOST, self.old, 1024)
        rows = [
            ("TLS 1.1", self.good, ALERT, TLS_1_1, TLS_1_1, "ALL:@SECLEVEL=0"),
            ("TLS 1.3 only", self.good, ALERT, None, TLS_1_3, ""),
            ("TLS 1.3 and 1.2", self.good, "", None, None, ""),
            ("CBC only", self.good, ALERT, TLS_1_2, None, "ECDHE+AES+SHA256:!AESGCM"),
            ("static RSA", with_rsa, ALERT, TLS_1_2, None, "AES128-GCM-SHA256"),
            ("ECDHE with RSA", with_rsa, "", TLS_1_2, None, "ECDHE-RSA-AES128-GCM-SHA256"),
            ("RSA of 1024 bits", weak, "unacceptable key", TLS_1_2, None, "ALL:@SECLEVEL=0"),
        ]
        return [
            (name, self.server(holder, newest=newest, oldest=oldest, suites=suites), {}, why)
            for name, holder, why, newest, oldest, suites in rows
        ]

    def mutual(self):
        def case(name, why, **own):
            return name, self.server(self.good, clients=self.old), own, why

        own = {"cert": "own.der", "key": "own.key"}
        return [
            case("mutual", "", **own),
            case("mutual, without", ANY),
            case("mutual, another authority's", ANY, cert="foreign.der", key="foreign.key"),
            case("mutual, another one's key", ANY, cert="own.der", key="foreign.key"),
            ("not asked for its own", self.server(self.good), own, ""),
        ]

    def slots(self):
        at_new = issue(HOST, self.new, [HOST])
        both = {"ca": "old.der", "ca_next": "new.der"}
        swapped = {"ca": "new.der", "ca_next": "old.der"}
        at_stranger = issue(HOST, self.stranger, [HOST])
        rows = [
            ("new authority, before", at_new, {}, SIGNED),
            ("new authority, second slot", at_new, both, ""),
            ("old authority, first slot", self.good, both, ""),
            ("new authority, first slot", at_new, swapped, ""),
            ("old authority, second slot", self.good, swapped, ""),
            ("old authority, after", self.good, {"ca": "new.der"}, SIGNED),
            ("neither", at_stranger, both, SIGNED),
        ]
        return [(name, self.server(holder), own, why) for name, holder, own, why in rows]
