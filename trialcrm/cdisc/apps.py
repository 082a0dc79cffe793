from django.apps import AppConfig


class CdiscConfig(AppConfig):
    name = "trialcrm.cdisc"
    label = "cdisc"
