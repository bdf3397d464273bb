CREATE TABLE checked_list (
	person_id INTEGER NOT NULL,
	commune VARCHAR(5) NOT NULL CONSTRAINT ck_checked_list_commune CHECK (length(commune) = 5),
	body BLOB NOT NULL,
	until BIGINT NOT NULL,
	CONSTRAINT pk_checked_list PRIMARY KEY (person_id),
	CONSTRAINT fk_checked_list_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);

CREATE INDEX ix_checked_list_until ON checked_list (until);
