"""Addresses of tokens, and of the entrances for programs."""

from django.urls import path

from .views import playground, tokens

app_name = "api"
urlpatterns = [
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/new/", tokens.create, name="token-new"),
    path("account/tokens/revoke-all/", tokens.revoke_all, name="tokens-revoke-all"),
    path("account/tokens/<uuid:pk>/revoke/", tokens.revoke, name="token-revoke"),
    path("studies/<uuid:pk>/service-accounts/", tokens.service_accounts, name="service-accounts"),
    path("studies/<uuid:pk>/service-accounts/new/", tokens.create_service_account, name="service-account-new"),
    path("studies/<uuid:pk>/service-accounts/token/", tokens.issue_token, name="service-token-new"),
    path("api/", playground.overview, name="playground"),
    path("api/rest/", playground.rest, name="playground-rest"),
    path("api/rest/<slug:operation>/", playground.operation, name="playground-call"),
    path("api/graphql/", playground.graphql, name="playground-graphql"),
    path("api/graphql/schema/", playground.schema, name="playground-schema"),
    path("api/v1/openapi.json", playground.openapi, name="openapi"),
]
