from django.urls import path

from .views import focus, gallery, home, search

app_name = "pages"

urlpatterns = [
    path("", home.home, name="home"),
    path("focus/", focus.focus, name="focus"),
    path("search/", search.search, name="search"),
    path("gallery/", gallery.gallery, name="gallery"),
]
