"""What this app does when something happens to accounts."""

from subjects.domain.team import OfferStatus
from subjects.models import OfferedRole
from subjects.services import take_up
from trialcrm.audit.acts import SystemActor
from trialcrm.core.events import part_of_fact
from trialcrm.users.events import IdentityChecked, InvitationAccepted
from trialcrm.users.models import User

PORTAL = SystemActor("invitation")


@part_of_fact(InvitationAccepted)
def offer_accepted(event: InvitationAccepted) -> None:
    """Whoever takes up an invitation takes up the role it was sent for."""
    user = User.objects.get(pk=event.user_id)
    for offer in OfferedRole.objects.filter(invitation=event.invitation_id, status=OfferStatus.SENT):
        take_up(by=PORTAL, offer=offer, user=user)


@part_of_fact(IdentityChecked)
def identity_checked(event: IdentityChecked) -> None:
    """Roles that were accepted begin when their person's identity was checked (21 CFR 11.100(b))."""
    user = User.objects.get(pk=event.user_id)
    for offer in OfferedRole.objects.filter(user=user, status=OfferStatus.ACCEPTED):
        take_up(by=PORTAL, offer=offer, user=user)
