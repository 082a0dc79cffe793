from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "trialcrm.trail"
    label = "trail"
