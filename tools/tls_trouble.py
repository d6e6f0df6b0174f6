"""Why there is no TLS with a broker, and what to do about it; connects to nothing."""


def told(shown: str, said: str) -> str:
    """`shown`: the broker's address; `said`: OpenSSL's words. "" where TLS is not what failed."""
    if "CERTIFICATE_VERIFY_FAILED" in said:
        if "expired" in said or "not yet valid" in said:
            return (
                f"the certificate of the broker at {shown}, or of its CA, is of another time "
                f"({said}); have it renewed, or set this machine's clock"
            )
        return (
            f"the certificate of the broker at {shown} is not one that CA vouches for "
            f"({said}); name the CA that signed it, and the host as it stands there"
        )
    if "SSL" in said:
        return f"no TLS with the broker at {shown} ({said}); is that its TLS port?"
    return ""
