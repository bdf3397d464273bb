CREATE TABLE duty (
	person_id INTEGER NOT NULL,
	since BIGINT NOT NULL,
	until BIGINT NOT NULL,
	CONSTRAINT pk_duty PRIMARY KEY (person_id),
	CONSTRAINT fk_duty_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);

CREATE INDEX ix_duty_until ON duty (until);

CREATE TABLE help_request (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	commune VARCHAR(5) NOT NULL CONSTRAINT ck_help_request_commune CHECK (length(commune) = 5),
	hamlet_id INTEGER,
	citizen_id INTEGER,
	helper_id INTEGER,
	guide VARCHAR(40),
	step VARCHAR(20),
	state VARCHAR(10) NOT NULL CONSTRAINT ck_help_request_state CHECK (state IN ('waiting', 'taken', 'closed', 'withdrawn', 'unanswered')),
	ring INTEGER NOT NULL,
	asked_at BIGINT NOT NULL,
	rung_at BIGINT,
	taken_at BIGINT,
	due_at BIGINT,
	closed_at BIGINT,
	result VARCHAR(10) CONSTRAINT ck_help_request_result CHECK (result IS NULL OR result IN ('xong', 'hen_lai', 'chuyen', 'khong_duoc')),
	rating INTEGER CONSTRAINT ck_help_request_rating CHECK (rating BETWEEN 1 AND 5),
	logged BOOLEAN DEFAULT 0 NOT NULL,
	CONSTRAINT ck_help_request_due CHECK ((state IN ('waiting', 'taken')) = (due_at IS NOT NULL)),
	CONSTRAINT ck_help_request_closed CHECK ((state IN ('waiting', 'taken')) = (closed_at IS NULL)),
	CONSTRAINT ck_help_request_taken CHECK (state <> 'taken' OR (helper_id IS NOT NULL AND taken_at IS NOT NULL)),
	CONSTRAINT ck_help_request_whose CHECK (state NOT IN ('waiting', 'taken') OR citizen_id IS NOT NULL),
	CONSTRAINT fk_help_request_hamlet_id FOREIGN KEY(hamlet_id) REFERENCES hamlet (id) ON DELETE SET NULL,
	CONSTRAINT fk_help_request_citizen_id FOREIGN KEY(citizen_id) REFERENCES person (id) ON DELETE SET NULL,
	CONSTRAINT fk_help_request_helper_id FOREIGN KEY(helper_id) REFERENCES person (id) ON DELETE SET NULL
);

CREATE INDEX ix_help_request_commune ON help_request (commune, asked_at);

CREATE INDEX ix_help_request_due ON help_request (due_at) WHERE due_at IS NOT NULL;

CREATE UNIQUE INDEX uq_help_request_helper ON help_request (helper_id) WHERE state = 'taken';

CREATE UNIQUE INDEX uq_help_request_open ON help_request (citizen_id) WHERE state IN ('waiting', 'taken');

CREATE TABLE help_asked (
	request_id INTEGER NOT NULL,
	person_id INTEGER NOT NULL,
	CONSTRAINT pk_help_asked PRIMARY KEY (request_id, person_id),
	CONSTRAINT fk_help_asked_request_id FOREIGN KEY(request_id) REFERENCES help_request (id) ON DELETE CASCADE,
	CONSTRAINT fk_help_asked_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
)
 WITHOUT ROWID;

CREATE INDEX ix_help_asked_person_id ON help_asked (person_id);

CREATE TABLE passed_on (
	"key" VARCHAR(60) NOT NULL,
	request_id INTEGER NOT NULL,
	from_id INTEGER NOT NULL,
	trouble VARCHAR(11) CONSTRAINT ck_passed_on_trouble CHECK (trouble IS NULL OR trouble IN ('held', 'unknown', 'parked', 'unreachable')),
	CONSTRAINT pk_passed_on PRIMARY KEY ("key"),
	CONSTRAINT fk_passed_on_request_id FOREIGN KEY(request_id) REFERENCES help_request (id) ON DELETE CASCADE,
	CONSTRAINT fk_passed_on_from_id FOREIGN KEY(from_id) REFERENCES person (id) ON DELETE CASCADE
);

CREATE INDEX ix_passed_on_from_id ON passed_on (from_id);

CREATE INDEX ix_passed_on_request_id ON passed_on (request_id);

CREATE INDEX ix_passed_on_trouble ON passed_on (trouble) WHERE trouble IS NOT NULL;
