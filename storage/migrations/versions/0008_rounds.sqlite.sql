CREATE TABLE errand (
	place VARCHAR(5) NOT NULL CONSTRAINT ck_errand_place CHECK (length(place) IN (2, 5)),
	kind VARCHAR(6) NOT NULL CONSTRAINT ck_errand_kind CHECK (kind IN ('report', 'member', 'head')),
	week DATE NOT NULL,
	due_at BIGINT NOT NULL,
	done_at BIGINT,
	CONSTRAINT pk_errand PRIMARY KEY (place, kind, week)
);

CREATE INDEX ix_errand_open ON errand (due_at) WHERE done_at IS NULL;

CREATE TABLE push_off (
	person_id INTEGER NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_push_off PRIMARY KEY (person_id),
	CONSTRAINT fk_push_off_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);

CREATE TABLE push (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	person_id INTEGER NOT NULL,
	place VARCHAR(5) NOT NULL,
	kind VARCHAR(6) NOT NULL CONSTRAINT ck_push_kind CHECK (kind IN ('report', 'member', 'head', 'silent')),
	week DATE NOT NULL,
	due_at BIGINT NOT NULL,
	made_at BIGINT NOT NULL,
	until BIGINT,
	version_id INTEGER,
	told_at BIGINT,
	blocked BOOLEAN DEFAULT 0 NOT NULL,
	held_chat_id INTEGER,
	held_at BIGINT,
	CONSTRAINT uq_push_person_id_place_kind_week UNIQUE (person_id, place, kind, week),
	CONSTRAINT ck_push_version CHECK ((kind = 'report') = (version_id IS NOT NULL)),
	CONSTRAINT fk_push_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE,
	CONSTRAINT fk_push_version_id FOREIGN KEY(version_id) REFERENCES report_version (id),
	CONSTRAINT fk_push_held_chat_id FOREIGN KEY(held_chat_id) REFERENCES chat (id) ON DELETE SET NULL
);

CREATE INDEX ix_push_waiting ON push (due_at) WHERE told_at IS NULL;
