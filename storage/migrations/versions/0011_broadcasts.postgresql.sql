CREATE TABLE broadcast (
	id BIGSERIAL NOT NULL,
	commune VARCHAR(5) NOT NULL CONSTRAINT ck_broadcast_commune CHECK (length(commune) = 5),
	audience VARCHAR(7) NOT NULL CONSTRAINT ck_broadcast_audience CHECK (audience IN ('member', 'head', 'citizen')),
	text VARCHAR(500) NOT NULL,
	by BIGINT,
	at BIGINT NOT NULL,
	due_at BIGINT NOT NULL,
	stopped_at BIGINT,
	CONSTRAINT pk_broadcast PRIMARY KEY (id),
	CONSTRAINT fk_broadcast_by FOREIGN KEY(by) REFERENCES person (id) ON DELETE SET NULL
);

CREATE INDEX ix_broadcast_commune ON broadcast (commune, at);

CREATE TABLE news_reader (
	person_id BIGINT NOT NULL,
	agreed_at BIGINT NOT NULL,
	CONSTRAINT pk_news_reader PRIMARY KEY (person_id),
	CONSTRAINT fk_news_reader_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);

CREATE TABLE broadcast_to (
	broadcast_id BIGINT NOT NULL,
	person_id BIGINT NOT NULL,
	notice BIGINT NOT NULL,
	CONSTRAINT pk_broadcast_to PRIMARY KEY (broadcast_id, person_id),
	CONSTRAINT fk_broadcast_to_broadcast_id FOREIGN KEY(broadcast_id) REFERENCES broadcast (id) ON DELETE CASCADE,
	CONSTRAINT fk_broadcast_to_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);

CREATE INDEX ix_broadcast_to_person_id ON broadcast_to (person_id);
