CREATE TABLE screen_report (
	mark VARCHAR(32) NOT NULL,
	guide VARCHAR(40) NOT NULL,
	step VARCHAR(20) NOT NULL,
	commune VARCHAR(5) CONSTRAINT ck_screen_report_commune CHECK (length(commune) = 5),
	day DATE NOT NULL,
	CONSTRAINT pk_screen_report PRIMARY KEY (mark)
);

CREATE INDEX ix_screen_report_day ON screen_report (day);

CREATE INDEX ix_screen_report_step ON screen_report (guide, step);

CREATE TABLE announcement (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	commune VARCHAR(5) NOT NULL CONSTRAINT ck_announcement_commune CHECK (length(commune) = 5),
	kind VARCHAR(4) NOT NULL CONSTRAINT ck_announcement_kind CHECK (kind IN ('tin', 'nghi', 'gio')),
	text VARCHAR(160),
	valid_from DATE NOT NULL,
	valid_to DATE NOT NULL,
	set_by INTEGER,
	set_at BIGINT NOT NULL,
	CONSTRAINT ck_announcement_dates CHECK (valid_to >= valid_from),
	CONSTRAINT ck_announcement_told CHECK (kind = 'nghi' OR text IS NOT NULL),
	CONSTRAINT fk_announcement_set_by FOREIGN KEY(set_by) REFERENCES person (id) ON DELETE SET NULL
);

CREATE INDEX ix_announcement_commune ON announcement (commune, valid_to);

CREATE TABLE gap_answer (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	commune VARCHAR(5) CONSTRAINT ck_gap_answer_commune CHECK (length(commune) = 5),
	text VARCHAR(600) NOT NULL,
	"by" INTEGER,
	at BIGINT NOT NULL,
	CONSTRAINT fk_gap_answer_by FOREIGN KEY("by") REFERENCES person (id) ON DELETE SET NULL
);

CREATE INDEX ix_gap_answer_at ON gap_answer (at);

CREATE TABLE gap (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	commune VARCHAR(5) CONSTRAINT ck_gap_commune CHECK (length(commune) = 5),
	kind VARCHAR(9) NOT NULL CONSTRAINT ck_gap_kind CHECK (kind IN ('chua_hieu', 'chua_dung')),
	text VARCHAR(300) NOT NULL,
	"key" VARCHAR(300) NOT NULL,
	nearest VARCHAR(50),
	asked_at BIGINT NOT NULL,
	person_id INTEGER,
	answer_id INTEGER,
	CONSTRAINT fk_gap_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE,
	CONSTRAINT fk_gap_answer_id FOREIGN KEY(answer_id) REFERENCES gap_answer (id) ON DELETE SET NULL
);

CREATE INDEX ix_gap_asked_at ON gap (asked_at);

CREATE INDEX ix_gap_open ON gap (commune) WHERE answer_id IS NULL;

CREATE INDEX ix_gap_person_id ON gap (person_id);
