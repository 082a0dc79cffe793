from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "trialcrm.core"
    label = "core"
