from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "trialcrm.dashboards"
    label = "dashboards"
