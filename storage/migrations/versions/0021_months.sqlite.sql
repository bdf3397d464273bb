ALTER TABLE place_count RENAME TO place_count_of_before;

CREATE TABLE place_count (
	unit VARCHAR(1) NOT NULL CONSTRAINT ck_place_count_unit CHECK (unit IN ('w', 'm', 'y')),
	first DATE NOT NULL,
	commune VARCHAR(5) NOT NULL CONSTRAINT ck_place_count_commune CHECK (length(commune) = 5),
	counts TEXT NOT NULL,
	CONSTRAINT pk_place_count PRIMARY KEY (unit, first, commune)
);

INSERT INTO place_count (unit, first, commune, counts)
SELECT unit, first, commune, counts FROM place_count_of_before;

DROP TABLE place_count_of_before;
