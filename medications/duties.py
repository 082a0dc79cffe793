"""What falls due in this app without anybody asking."""

from medications import services
from trialcrm.core.jobs import duty


@duty("take expired kits out of stock", every=3600)
def expire_stock() -> int:
    """Kits whose last day is over can no longer be prepared; each is moved once."""
    return len(services.expire_stock(by=services.PORTAL))
