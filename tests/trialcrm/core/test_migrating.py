"""Tables that are made together."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.state import ProjectState

from trialcrm.core.migrating import Together

TABLES = Together(
    [
        migrations.CreateModel("Shelf", [("id", models.AutoField(primary_key=True))]),
        migrations.CreateModel(
            "Box",
            [
                ("id", models.AutoField(primary_key=True)),
                ("shelf", models.ForeignKey("subjects.shelf", models.CASCADE)),
                ("number", models.IntegerField()),
            ],
        ),
        migrations.AddField("shelf", "first", models.ForeignKey("subjects.box", models.CASCADE, null=True)),
        migrations.AddIndex("box", models.Index(fields=["number"], name="box_by_number")),
        migrations.AddConstraint("box", models.UniqueConstraint(fields=["shelf", "number"], name="one_box_a_place")),
    ]
)


def apply(operation: migrations.operations.base.Operation, state: ProjectState) -> ProjectState:
    before = state.clone()
    operation.state_forwards("subjects", state)
    with connection.schema_editor() as editor:
        operation.database_forwards("subjects", editor, before, state)
    return state


@pytest.mark.django_db
def test_tables_are_made_as_they_are_in_the_end_and_others_are_changed() -> None:
    state = apply(TABLES, ProjectState())
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "subjects_box")
        columns = {item.name for item in connection.introspection.get_table_description(cursor, "subjects_shelf")}
    assert {"box_by_number", "one_box_a_place"} <= set(found)
    assert columns == {"id", "first_id"}
    later = Together([migrations.AddField("box", "label", models.TextField(default=""))])
    apply(later, state)
    with connection.cursor() as cursor:
        columns = {item.name for item in connection.introspection.get_table_description(cursor, "subjects_box")}
    assert "label" in columns


def test_it_is_not_undone() -> None:
    assert not TABLES.reversible
    migration = type("Migration", (migrations.Migration,), {"operations": [TABLES]})("0001", "subjects")
    with pytest.raises(IrreversibleError):
        migration.unapply(ProjectState(), None)


def test_it_says_what_it_does() -> None:
    assert TABLES.describe().startswith("Create model Shelf; Create model Box; Add field first to shelf")
