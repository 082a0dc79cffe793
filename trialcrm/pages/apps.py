from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "trialcrm.pages"
    label = "pages"
