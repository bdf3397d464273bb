CREATE TABLE code_count (
	commune VARCHAR(5) NOT NULL CONSTRAINT ck_code_count_commune CHECK (length(commune) = 5),
	day DATE NOT NULL,
	level VARCHAR(11) NOT NULL CONSTRAINT ck_code_count_level CHECK (level IN ('match', 'caution', 'stop', 'not_payment', 'unreadable')),
	reason VARCHAR(30) NOT NULL,
	value INTEGER NOT NULL CONSTRAINT ck_code_count_value CHECK (value > 0),
	CONSTRAINT pk_code_count PRIMARY KEY (commune, day, level, reason)
);

CREATE TABLE code_met (
	commune VARCHAR(5) NOT NULL CONSTRAINT ck_code_met_commune CHECK (length(commune) = 5),
	day DATE NOT NULL,
	receiver VARCHAR(32) NOT NULL,
	person VARCHAR(32) NOT NULL,
	CONSTRAINT pk_code_met PRIMARY KEY (commune, day, receiver, person)
);

CREATE TABLE notice (
	id BIGSERIAL NOT NULL,
	person_id BIGINT NOT NULL,
	body BYTEA NOT NULL,
	created_at BIGINT NOT NULL,
	due_at BIGINT NOT NULL,
	CONSTRAINT pk_notice PRIMARY KEY (id),
	CONSTRAINT fk_notice_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);

CREATE INDEX ix_notice_due_at ON notice (due_at);

CREATE INDEX ix_notice_person_id ON notice (person_id);

CREATE TABLE receiver (
	id BIGSERIAL NOT NULL,
	commune VARCHAR(5) NOT NULL CONSTRAINT ck_receiver_commune CHECK (length(commune) = 5),
	type VARCHAR(14) NOT NULL CONSTRAINT ck_receiver_type CHECK (type IN ('account', 'account_prefix', 'vnpay')),
	bin VARCHAR(6),
	number VARCHAR(40) NOT NULL,
	length INTEGER,
	name VARCHAR(80) NOT NULL,
	state VARCHAR(9) NOT NULL CONSTRAINT ck_receiver_state CHECK (state IN ('draft', 'proposed', 'confirmed', 'refused', 'ended')),
	valid_from DATE NOT NULL,
	valid_to DATE,
	proposed_by BIGINT,
	proposed_at BIGINT NOT NULL,
	decided_by BIGINT,
	decided_at BIGINT,
	ended_by BIGINT,
	ended_at BIGINT,
	CONSTRAINT pk_receiver PRIMARY KEY (id),
	CONSTRAINT ck_receiver_dates CHECK (valid_to IS NULL OR valid_to >= valid_from),
	CONSTRAINT ck_receiver_bin CHECK ((type = 'vnpay') = (bin IS NULL)),
	CONSTRAINT ck_receiver_length CHECK ((type = 'account_prefix') = (length IS NOT NULL)),
	CONSTRAINT ck_receiver_two_people CHECK (decided_by IS NULL OR proposed_by IS NULL OR decided_by <> proposed_by),
	CONSTRAINT ck_receiver_decided CHECK (state NOT IN ('confirmed', 'refused') OR decided_at IS NOT NULL),
	CONSTRAINT ck_receiver_ended CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
	CONSTRAINT fk_receiver_proposed_by FOREIGN KEY(proposed_by) REFERENCES person (id) ON DELETE SET NULL,
	CONSTRAINT fk_receiver_decided_by FOREIGN KEY(decided_by) REFERENCES person (id) ON DELETE SET NULL,
	CONSTRAINT fk_receiver_ended_by FOREIGN KEY(ended_by) REFERENCES person (id) ON DELETE SET NULL
);

CREATE INDEX ix_receiver_commune_state ON receiver (commune, state);
