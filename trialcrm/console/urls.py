from django.urls import path

from .views import operations

app_name = "operations"

urlpatterns = [
    path("", operations.operations, name="index"),
    path("accounts/", operations.accounts, name="accounts"),
    path("account/", operations.account, name="account"),
]
