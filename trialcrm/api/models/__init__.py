from .calls import KeptAnswer

__all__ = ["KeptAnswer"]
