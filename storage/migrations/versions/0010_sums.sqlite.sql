CREATE TABLE place_count (
	unit VARCHAR(1) NOT NULL CONSTRAINT ck_place_count_unit CHECK (unit IN ('w', 'y')),
	first DATE NOT NULL,
	commune VARCHAR(5) NOT NULL CONSTRAINT ck_place_count_commune CHECK (length(commune) = 5),
	measure VARCHAR(50) NOT NULL,
	value INTEGER NOT NULL CONSTRAINT ck_place_count_value CHECK (value >= 0),
	CONSTRAINT pk_place_count PRIMARY KEY (unit, first, commune, measure)
)
 WITHOUT ROWID;

INSERT INTO place_count (unit, first, commune, measure, value)
SELECT 'w', date(day, '-6 days', 'weekday 1'), commune, measure, SUM(value) FROM day_count
WHERE measure NOT LIKE 'hamlet:%' AND measure NOT LIKE 'channel:%' AND value > 0 GROUP BY 2, 3, 4;

INSERT INTO place_count (unit, first, commune, measure, value)
SELECT 'w', date(day, '-6 days', 'weekday 1'), commune, 'team:' || team_id, SUM(value) FROM day_count
WHERE measure = 'entries' AND value > 0 GROUP BY 2, 3, 4;

INSERT INTO place_count (unit, first, commune, measure, value)
SELECT 'y', strftime('%Y-01-01', day), commune, measure, SUM(value) FROM day_count
WHERE measure NOT LIKE 'hamlet:%' AND measure NOT LIKE 'channel:%' AND value > 0 GROUP BY 2, 3, 4;

INSERT INTO place_count (unit, first, commune, measure, value)
SELECT 'y', strftime('%Y-01-01', day), commune, 'team:' || team_id, SUM(value) FROM day_count
WHERE measure = 'entries' AND value > 0 GROUP BY 2, 3, 4;
