"""Forms of conversations and messages, and the filters of their list."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from messaging import selectors
from messaging.domain.attachments import MAX_FILES
from messaging.domain.conversations import ConversationKind, Topic, Triage
from messaging.domain.permissions import Perm
from subjects import selectors as subjects
from subjects.forms.fields import Segmented
from subjects.forms.subjects import ALL, FocusFilters
from trialcrm.access.roles import SITE_ROLES
from trialcrm.core.forms import Form, ReasonField

FILES = "application/pdf,image/png,image/jpeg,image/webp,text/plain"
FILES_HELP = _("PDF, picture or plain text; at most five, 10 MB each.")
PARTS = [("waiting", _("Waiting for a reply")), ("unread", _("Not read")), ("unsorted", _("Not sorted"))]


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, none included; what they are is looked at when they are kept."""

    def __init__(self, **options: Any) -> None:
        widget = SeveralFiles(attrs={"accept": FILES})
        super().__init__(label=_("Files"), required=False, widget=widget, help_text=FILES_HELP, **options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > MAX_FILES:
            raise ValidationError(_("Attach at most five files to one message."))
        return [super(FilesField, self).clean(item, initial) for item in given]


class MessageForm(Form):
    body = forms.CharField(label=_("Message"), widget=forms.Textarea(attrs={"rows": 4}), max_length=10_000)
    files = FilesField()  # type: ignore[assignment]  # a field; the class's own `files` is what was uploaded


class OwnMessageForm(MessageForm):
    """A participant's first message of a conversation; it goes to the site team."""

    topic = forms.ChoiceField(label=_("What is it about?"), choices=Topic.choices, initial=Topic.GENERAL)

    field_order = ("topic", "body", "files")


class StartForm(MessageForm):
    """A conversation of staff: with a participant, or among each other about one."""

    subject = forms.CharField(label=_("Participant id"), max_length=40)
    kind = forms.ChoiceField(
        label=_("With"), choices=ConversationKind.choices, initial=ConversationKind.PARTICIPANT, widget=Segmented
    )
    addressee = forms.ChoiceField(
        label=_("For"),
        required=False,
        help_text=_("Among staff only. The whole team can read it, so that nobody waits."),
    )
    topic = forms.ChoiceField(label=_("About"), choices=Topic.choices, initial=Topic.GENERAL)

    field_order = ("subject", "kind", "addressee", "topic", "body", "files")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        sites = subjects.focus_of(user).site_ids
        self.people = {str(person.pk): person for person in selectors.colleagues(user, sites, SITE_ROLES)}
        chosen = [(key, person.name) for key, person in self.people.items()]
        cast(forms.ChoiceField, self.fields["addressee"]).choices = [("", _("The site team")), *chosen]

    def clean_subject(self) -> Any:
        rows: Any = subjects.subject_list(self.user)
        rows = rows.visible_to(self.user, Perm.VIEW_CONVERSATION)
        found = rows.filter(subject_id__iexact=self.cleaned_data["subject"].strip()).select_related("key").first()
        if found is None:
            raise ValidationError(_("No participant at your site has this id."))
        return found

    def told(self) -> dict[str, Any]:
        return {**self.cleaned_data, "addressee": self.people.get(self.cleaned_data["addressee"])}


class TriageForm(Form):
    triage = forms.ChoiceField(label=_("What does it ask for?"), choices=Triage.choices, widget=forms.RadioSelect)
    event_term = forms.CharField(
        label=_("What happened, in a few words"),
        max_length=200,
        required=False,
        help_text=_("For a possible adverse event: a draft is made with it. Write no name."),
    )

    def __init__(self, *args: Any, is_again: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_again:
            self.fields["reason"] = ReasonField()


class ContactForm(Form):
    emergency_phone = forms.CharField(
        label=_("Emergency number"), max_length=40, help_text=_("Shown to participants beside every message.")
    )
    hours = forms.CharField(
        label=_("When messages are read"),
        max_length=120,
        required=False,
        help_text=_("For example: Monday to Friday, 8:00 to 17:00."),
    )

    def __init__(self, *args: Any, is_again: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_again:
            self.fields["reason"] = ReasonField()


class ConversationFilters(FocusFilters):
    """What was written lies sealed and is not searched: a conversation is found by its participant and topic."""

    q = forms.CharField(
        label=_("Find"), required=False, widget=forms.SearchInput(attrs={"placeholder": _("Participant id")})
    )
    topic = forms.ChoiceField(label=_("About"), choices=[*ALL, *Topic.choices], required=False)
    part = forms.ChoiceField(label=_("Show"), choices=[*ALL, *PARTS, *Triage.choices], required=False)

    field_order = ("q", "study", "site", "topic", "part")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, places in (("study", self.focus.studies), ("site", self.focus.sites)):
            if len(places) < 2:
                del self.fields[name]
        self.order_fields(self.field_order)

    def rows(self) -> Any:
        """The conversations that the filters leave."""
        rows = selectors.conversation_list(self.user).filter(site__in=self.focus.site_ids)
        if self.value("topic"):
            rows = rows.filter(topic=self.value("topic"))
        return selectors.matching(selectors.narrowed(rows, self.value("part")), self.value("q"))
