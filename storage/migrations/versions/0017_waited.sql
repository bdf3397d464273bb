ALTER TABLE help_request ADD COLUMN waited INTEGER;
