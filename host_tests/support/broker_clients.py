"""MQTT clients with certificates, for the tests of a broker's access list; judges nothing."""

import concurrent.futures
import time

from cryptography.hazmat.primitives import serialization
from paho.mqtt import client as paho

from tools import certificates, pki

PATIENCE_S = 10


def credentials(folder, holder, name):
    """(certificate, key) as files for a client on this host."""
    paths = folder / f"{name}.crt", folder / f"{name}.key"
    for path, content in zip(paths, (holder.pem, holder.key_pem)):
        path.write_bytes(content)
    return paths


def device(site, folder, name):
    """Of a device's certificate from `pki`, whose key comes in DER alone."""
    pki.device(site.pki, name)
    key = serialization.load_der_private_key(
        (site.pki / "devices" / f"{name}.key.der").read_bytes(), None
    )
    pem = (site.pki / "devices" / f"{name}.pem").read_bytes()
    certificate = certificates.x509.load_pem_x509_certificate(pem)
    return credentials(folder, certificates.Holder(certificate, key), name)


def client(site, name):
    """Of a client's certificate that is there already."""
    at = site.pki / "clients"
    return at / f"{name}.pem", at / f"{name}.key.pem"


class Client:
    """Connected at once, or `refused`. `messages`: (topic, payload) in the order they came."""

    def __init__(self, site, pair, client_id="", username="", will=None, ca=None):
        self.messages, self.disconnects = [], 0
        self._subscribed = {}
        self._mqtt = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=client_id)
        certificate, key = pair or (None, None)
        self._mqtt.tls_set(str(ca or site.pki / "ca.pem"), certificate, key)
        if username:
            self._mqtt.username_pw_set(username)
        if will:
            self._mqtt.will_set(will, "a will", 1, True)
        connected = concurrent.futures.Future()
        self._mqtt.on_connect = lambda *row: connected.done() or connected.set_result(row[3])
        self._mqtt.on_disconnect = lambda *_: self._lost(connected)
        self._mqtt.on_connect_fail = self._mqtt.on_disconnect
        self._mqtt.on_message = lambda _c, _u, m: self.messages.append((m.topic, m.payload))
        self._mqtt.on_subscribe = lambda _c, _u, mid, codes, _p: self._subscribed.update(
            {mid: codes}
        )
        self.refused = ""
        try:
            self._mqtt.connect("localhost", site.port)
            self._mqtt.loop_start()
            code = connected.result(2)
            self.refused = str(code) if code.is_failure else ""
        except (OSError, TimeoutError) as fault:
            self.refused = str(fault) or "no answer"
        if self.refused:
            self.close()

    def _lost(self, connected):
        self.disconnects += 1
        if not connected.done():
            connected.set_exception(ConnectionError("hung up"))

    def subscribe(self, *filters):
        """Waits for the answers; which say little: mosquitto judges when a message goes out."""
        wanted = [self._mqtt.subscribe(one, 1)[1] for one in filters]
        wait_for(lambda: all(mid in self._subscribed for mid in wanted))

    def publish(self, topic, payload, qos=1, retain=False):
        sent = self._mqtt.publish(topic, payload, qos, retain)
        sent.wait_for_publish(PATIENCE_S)

    def payloads(self):
        return [payload.decode() for _, payload in list(self.messages)]

    def wait_for(self, payload):
        wait_for(lambda: payload in self.payloads())

    def die(self):
        """As a cut line does: without a goodbye, so that the will goes out."""
        self._mqtt.loop_stop()
        self._mqtt.socket().close()

    def close(self):
        self._mqtt.disconnect()
        self._mqtt.loop_stop()


def wait_for(condition):
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
