"""What an exchange's refusal means, and what became of a request: the closed lists that all decisions are made on."""

from __future__ import annotations

from enum import Enum


class ErrorClass(str, Enum):
    """Meaning of a refusal."""

    KEY_UNKNOWN = "KEY_UNKNOWN"
    KEY_EXPIRED = "KEY_EXPIRED"
    SIGNATURE = "SIGNATURE"
    PASSPHRASE = "PASSPHRASE"
    IP_NOT_ALLOWED = "IP_NOT_ALLOWED"
    PERMISSION = "PERMISSION"
    CLOCK_SKEW = "CLOCK_SKEW"
    MFA_REQUIRED = "MFA_REQUIRED"
    KEY_QUOTA = "KEY_QUOTA"
    RATE_LIMIT = "RATE_LIMIT"
    REGION = "REGION"
    NOT_ACTIVE_YET = "NOT_ACTIVE_YET"
    AMBIGUOUS_AUTH = "AMBIGUOUS_AUTH"
    TRANSIENT = "TRANSIENT"
    UNSUPPORTED = "UNSUPPORTED"
    CONFIG = "CONFIG"

    def __str__(self) -> str:
        return self.value


class Outcome(str, Enum):
    """Outcome of one request, in the words of request records."""

    OK = "ok"
    REJECTED = "rejected"
    REFUSED_LOCAL = "refused-local"
    BLOCKED_IP = "blocked-ip"
    KEY_UNKNOWN = "key-unknown"
    KEY_EXPIRED = "key-expired"
    SIGNATURE = "signature"
    PASSPHRASE = "passphrase"
    PERMISSION = "permission"
    AMBIGUOUS_AUTH = "ambiguous-auth"
    MFA_REQUIRED = "mfa-required"
    CLOCK_SKEW = "clock-skew"
    KEY_QUOTA = "key-quota"
    RATE_LIMIT = "rate-limit"
    REGION = "region"
    NOT_ACTIVE_YET = "not-active-yet"
    TRANSIENT = "transient"
    UNSUPPORTED = "unsupported"
    CONFIG = "config"

    def __str__(self) -> str:
        return self.value


def outcome_of(error_class: ErrorClass) -> Outcome:
    """The outcome of a request that the exchange refused."""
    if error_class is ErrorClass.IP_NOT_ALLOWED:
        return Outcome.BLOCKED_IP
    return Outcome(error_class.value.lower().replace("_", "-"))
