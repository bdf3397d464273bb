CREATE TABLE obstacle_count (
	commune VARCHAR(5) NOT NULL CONSTRAINT ck_obstacle_count_commune CHECK (length(commune) = 5),
	day DATE NOT NULL,
	guide VARCHAR(40) NOT NULL,
	step VARCHAR(20) NOT NULL,
	obstacle VARCHAR(20) NOT NULL,
	value INTEGER NOT NULL CONSTRAINT ck_obstacle_count_value CHECK (value > 0),
	CONSTRAINT pk_obstacle_count PRIMARY KEY (commune, day, guide, step, obstacle)
)
 WITHOUT ROWID;

CREATE TABLE page_pass (
	hash VARCHAR(32) NOT NULL,
	kind VARCHAR(7) NOT NULL CONSTRAINT ck_page_pass_kind CHECK (kind IN ('link', 'session')),
	person_id INTEGER NOT NULL,
	until BIGINT NOT NULL,
	CONSTRAINT pk_page_pass PRIMARY KEY (hash),
	CONSTRAINT fk_page_pass_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);

CREATE INDEX ix_page_pass_person_id ON page_pass (person_id);

CREATE INDEX ix_page_pass_until ON page_pass (until);
