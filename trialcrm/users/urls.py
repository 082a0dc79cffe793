"""The addresses at which people come to an account, sign in, and look after it.

Names follow those that allauth looks up. What it would offer and the portal does not (further addresses, codes by mail)
leads to a page that says how accounts are made.
"""

from allauth.account import views as allauth
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.urls import path, re_path
from django.views.decorators.cache import never_cache

from trialcrm.access.gates import personal, public

from .views import accounts, factors, invitations

sign_in = public("people sign in here")(accounts.SignIn.as_view())
sign_out = public("signing out must also work when the session has already ended")(allauth.LogoutView.as_view())
inactive = public("tells somebody whose account is closed that it is")(allauth.AccountInactiveView.as_view())
change_password = personal("changes the person's own password")(accounts.ChangePassword.as_view())
ask_reset = public("whoever forgot their password cannot sign in")(accounts.AskReset.as_view())
asked_reset = public("says the same to everybody who asked for a new password")(allauth.PasswordResetDoneView.as_view())
reset = public("the link in the mail is the proof")(accounts.Reset.as_view())
was_reset = public("leads from the new password to the sign-in")(allauth.PasswordResetFromKeyDoneView.as_view())
again = personal("asks the person for their own password again")(accounts.Reauthenticate.as_view())

show_factor = public("the second step of signing in, after the password")(factors.Authenticate.as_view())
factor_again = personal("asks the person for their own second factor again")(factors.Reauthenticate.as_view())
key_again = personal("asks the person for their own key again")(factors.ReauthenticateByKey.as_view())
add_app = personal("adds an authenticator app to the person's own account")(factors.ActivateApp.as_view())
remove_app = personal("removes the app from the person's own account")(factors.RemoveApp.as_view())
add_key = personal("adds a key to the person's own account")(factors.AddKey.as_view())
remove_key = personal("removes a key from the person's own account")(factors.RemoveKey.as_view())
codes = personal("shows the person's own recovery codes")(never_cache(factors.Codes.as_view()))
make_codes = personal("makes new recovery codes for the person")(factors.MakeCodes.as_view())

to_provider = public("leads to the provider of single sign-on")(oidc.login)
from_provider = public("the provider of single sign-on sends people back here")(oidc.callback)
cancelled = public("says that signing in at the provider was given up")(social.login_cancelled)
provider_failed = public("says that signing in at the provider failed")(social.login_error)

RESET_LINK = r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"

urlpatterns = [
    path("", accounts.account, name="account_overview"),
    path("login/", sign_in, name="account_login"),
    path("logout/", sign_out, name="account_logout"),
    path("inactive/", inactive, name="account_inactive"),
    path("password/change/", change_password, name="account_change_password"),
    path("password/reset/", ask_reset, name="account_reset_password"),
    path("password/reset/done/", asked_reset, name="account_reset_password_done"),
    path("password/reset/key/done/", was_reset, name="account_reset_password_from_key_done"),
    re_path(RESET_LINK, reset, name="account_reset_password_from_key"),
    path("devices/", accounts.devices, name="usersessions_list"),
    path("devices/end-others/", accounts.end_other_sessions, name="usersessions_end_others"),
    path("devices/<int:session>/end/", accounts.end_session, name="usersessions_end"),
    path("signup/", invitations.sign_up, name="account_signup"),
    path("invitation/<str:token>/", invitations.invitation, name="users-invitation"),
    path("reauthenticate/", again, name="account_reauthenticate"),
    path("second-factor/", factors.second_factor, name="account_second_factor"),
    path("factors/", factors.factors, name="mfa_index"),
    path("factors/show/", show_factor, name="mfa_authenticate"),
    path("factors/again/", factor_again, name="mfa_reauthenticate"),
    path("factors/key/again/", key_again, name="mfa_reauthenticate_webauthn"),
    path("factors/app/add/", add_app, name="mfa_activate_totp"),
    path("factors/app/remove/", remove_app, name="mfa_deactivate_totp"),
    path("factors/key/add/", add_key, name="mfa_add_webauthn"),
    path("factors/key/<int:pk>/remove/", remove_key, name="mfa_remove_webauthn"),
    path("factors/codes/", codes, name="mfa_view_recovery_codes"),
    path("factors/codes/make/", make_codes, name="mfa_generate_recovery_codes"),
    path("oidc/<str:provider_id>/login/", to_provider, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", from_provider, name="openid_connect_callback"),
    path("oidc/cancelled/", cancelled, name="socialaccount_login_cancelled"),
    path("oidc/error/", provider_failed, name="socialaccount_login_error"),
    path("oidc/signup/", accounts.closed, name="socialaccount_signup"),
    path("oidc/connections/", accounts.closed, name="socialaccount_connections"),
    path("email/", accounts.closed, name="account_email"),
    path("confirm-email/", accounts.closed, name="account_email_verification_sent"),
    path("confirm-email/<str:key>/", accounts.closed, name="account_confirm_email"),
    path("password/set/", accounts.closed, name="account_set_password"),
    path("login/code/confirm/", accounts.closed, name="account_confirm_login_code"),
]
