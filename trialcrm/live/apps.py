from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "trialcrm.live"
    label = "live"
