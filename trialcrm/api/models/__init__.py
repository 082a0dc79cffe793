from .calls import KeptAnswer
from .tokens import Token

__all__ = ["KeptAnswer", "Token"]
