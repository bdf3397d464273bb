ALTER TABLE place_count DROP CONSTRAINT ck_place_count_unit;

ALTER TABLE place_count ADD CONSTRAINT ck_place_count_unit CHECK (unit IN ('w', 'm', 'y'));
