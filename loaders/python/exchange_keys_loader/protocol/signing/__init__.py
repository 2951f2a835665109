"""Signs requests as a template says. What is signed is what is sent, byte for byte."""

from .sign import Signer, sign
from .types import Credentials, SignedRequest, SigningClock, UnsignedRequest

__all__ = ["Credentials", "SignedRequest", "Signer", "SigningClock", "UnsignedRequest", "sign"]
