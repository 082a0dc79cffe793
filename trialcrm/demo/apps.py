from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "trialcrm.demo"
    label = "demo"
