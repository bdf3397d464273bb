CREATE INDEX ix_role_commune ON role (commune);
