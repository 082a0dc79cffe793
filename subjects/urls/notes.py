from django.urls import path

from subjects.views import notes

urlpatterns = [
    path("subjects/<uuid:pk>/notes/", notes.subject_notes, name="subject-notes"),
    path("subjects/<uuid:pk>/notes/add/", notes.add, name="note-add"),
    path("notes/<uuid:pk>/addendum/", notes.addendum, name="note-addendum"),
]
