from django.apps import AppConfig


class CdiscConfig(AppConfig):
    name = "trialcrm.cdisc"
    label = "cdisc"

    def ready(self) -> None:
        from .services import runs  # noqa: F401  (registers its duties)
