CREATE TABLE target (
	id BIGSERIAL NOT NULL,
	area VARCHAR(5) NOT NULL CONSTRAINT ck_target_area CHECK (length(area) IN (2, 5)),
	indicator VARCHAR(4) NOT NULL,
	whose VARCHAR(7) NOT NULL CONSTRAINT ck_target_whose CHECK (whose IN ('commune', 'team', 'member')),
	every VARCHAR(5) NOT NULL CONSTRAINT ck_target_every CHECK (every IN ('week', 'month', 'year')),
	number INTEGER NOT NULL CONSTRAINT ck_target_number CHECK (number BETWEEN 1 AND 10000000),
	first DATE NOT NULL,
	last DATE,
	set_by BIGINT,
	set_at BIGINT NOT NULL,
	CONSTRAINT pk_target PRIMARY KEY (id),
	CONSTRAINT ck_target_dates CHECK (last IS NULL OR last >= first),
	CONSTRAINT uq_target_area_indicator_whose_every_first UNIQUE (area, indicator, whose, every, first),
	CONSTRAINT fk_target_set_by FOREIGN KEY(set_by) REFERENCES person (id) ON DELETE SET NULL
);
