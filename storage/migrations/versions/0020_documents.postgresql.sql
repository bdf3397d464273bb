ALTER TABLE day_count RENAME TO day_count_of_before;

ALTER TABLE day_count_of_before RENAME CONSTRAINT pk_day_count TO pk_day_count_of_before;

CREATE TABLE day_count (
	commune VARCHAR(5) NOT NULL,
	day DATE NOT NULL,
	team_id BIGINT NOT NULL,
	counts TEXT NOT NULL,
	CONSTRAINT pk_day_count PRIMARY KEY (commune, day, team_id),
	CONSTRAINT fk_day_count_team_id FOREIGN KEY(team_id) REFERENCES team (id)
);

INSERT INTO day_count (commune, day, team_id, counts)
SELECT commune, day, team_id, json_object_agg(measure, value)::text FROM day_count_of_before
WHERE value > 0 GROUP BY commune, day, team_id;

DROP TABLE day_count_of_before;

ALTER TABLE place_count RENAME TO place_count_of_before;

ALTER TABLE place_count_of_before RENAME CONSTRAINT pk_place_count TO pk_place_count_of_before;

CREATE TABLE place_count (
	unit VARCHAR(1) NOT NULL CONSTRAINT ck_place_count_unit CHECK (unit IN ('w', 'y')),
	first DATE NOT NULL,
	commune VARCHAR(5) NOT NULL CONSTRAINT ck_place_count_commune CHECK (length(commune) = 5),
	counts TEXT NOT NULL,
	CONSTRAINT pk_place_count PRIMARY KEY (unit, first, commune)
);

INSERT INTO place_count (unit, first, commune, counts)
SELECT unit, first, commune, json_object_agg(measure, value)::text FROM place_count_of_before
WHERE value > 0 GROUP BY unit, first, commune;

DROP TABLE place_count_of_before;
