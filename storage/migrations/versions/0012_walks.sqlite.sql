CREATE TABLE run_name (
	run_id INTEGER NOT NULL,
	name BLOB NOT NULL,
	set_at BIGINT NOT NULL,
	CONSTRAINT pk_run_name PRIMARY KEY (run_id),
	CONSTRAINT fk_run_name_run_id FOREIGN KEY(run_id) REFERENCES guide_run (id) ON DELETE CASCADE
);

CREATE TABLE run_pass (
	code_hash VARCHAR(32) NOT NULL,
	run_id INTEGER NOT NULL,
	until BIGINT NOT NULL,
	CONSTRAINT pk_run_pass PRIMARY KEY (code_hash),
	CONSTRAINT uq_run_pass_run_id UNIQUE (run_id),
	CONSTRAINT fk_run_pass_run_id FOREIGN KEY(run_id) REFERENCES guide_run (id) ON DELETE CASCADE
);

CREATE INDEX ix_run_pass_until ON run_pass (until);
