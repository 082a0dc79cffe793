"""The ledger of kits is append-only in the database itself, for every role and session mode (21 CFR 11.10(e))."""

from django.db import migrations

INSTALL = """
CREATE FUNCTION medications_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on %: a line of the ledger is never changed', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER movements_append_only BEFORE UPDATE OR DELETE ON medications_kitmovement
    FOR EACH ROW EXECUTE FUNCTION medications_refuse_change();
CREATE TRIGGER movements_no_truncate BEFORE TRUNCATE ON medications_kitmovement
    FOR EACH STATEMENT EXECUTE FUNCTION medications_refuse_change();
ALTER TABLE medications_kitmovement ENABLE ALWAYS TRIGGER movements_append_only;
ALTER TABLE medications_kitmovement ENABLE ALWAYS TRIGGER movements_no_truncate;
"""
REMOVE = """
DROP TRIGGER movements_no_truncate ON medications_kitmovement;
DROP TRIGGER movements_append_only ON medications_kitmovement;
DROP FUNCTION medications_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("medications", "0001_initial")]
    operations = [migrations.RunSQL(INSTALL, REMOVE)]
