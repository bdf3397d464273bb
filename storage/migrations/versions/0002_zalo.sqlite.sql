CREATE TABLE channel_month (
	channel VARCHAR(10) NOT NULL CONSTRAINT ck_channel_month_channel CHECK (channel IN ('web', 'telegram', 'zalo_oa', 'zalo_bot')),
	month VARCHAR(7) NOT NULL,
	sent INTEGER NOT NULL,
	CONSTRAINT pk_channel_month PRIMARY KEY (channel, month)
);

CREATE TABLE takeover (
	channel VARCHAR(10) NOT NULL CONSTRAINT ck_takeover_channel CHECK (channel IN ('web', 'telegram', 'zalo_oa', 'zalo_bot')),
	lane VARCHAR(32) NOT NULL,
	since BIGINT NOT NULL,
	until BIGINT NOT NULL,
	"by" VARCHAR(32),
	CONSTRAINT pk_takeover PRIMARY KEY (channel, lane)
);

CREATE INDEX ix_takeover_until ON takeover (until);

CREATE TABLE zalo_account (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	oa_id VARCHAR(30),
	commune VARCHAR(5) CONSTRAINT ck_zalo_account_commune CHECK (commune IS NULL OR length(commune) = 5),
	name VARCHAR(120),
	state VARCHAR(12) NOT NULL CONSTRAINT ck_zalo_account_state CHECK (state IN ('ok', 'blocked', 'needs_reauth')),
	trouble VARCHAR(80),
	trouble_at BIGINT,
	access_token BLOB,
	refresh_token BLOB NOT NULL,
	expires_at BIGINT,
	obtained_at BIGINT NOT NULL,
	generation INTEGER DEFAULT '0' NOT NULL,
	previous BLOB,
	refreshing_until BIGINT,
	first_hash VARCHAR(32),
	endpoint VARCHAR(2) CONSTRAINT ck_zalo_account_endpoint CHECK (endpoint IS NULL OR endpoint IN ('v3', 'v2')),
	buttons BOOLEAN,
	facts TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT uq_zalo_account_oa_id UNIQUE (oa_id),
	CONSTRAINT uq_zalo_account_first_hash UNIQUE (first_hash)
);

CREATE TABLE chat_link (
	code_hash VARCHAR(32) NOT NULL,
	person_id INTEGER NOT NULL,
	until BIGINT NOT NULL,
	CONSTRAINT pk_chat_link PRIMARY KEY (code_hash),
	CONSTRAINT uq_chat_link_person_id UNIQUE (person_id),
	CONSTRAINT fk_chat_link_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);

CREATE INDEX ix_chat_link_until ON chat_link (until);

CREATE TABLE file_link (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	code_hash VARCHAR(32) NOT NULL,
	person_id INTEGER,
	name VARCHAR(120) NOT NULL,
	mime VARCHAR(100) NOT NULL,
	body BLOB,
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	CONSTRAINT uq_file_link_code_hash UNIQUE (code_hash),
	CONSTRAINT fk_file_link_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);

CREATE INDEX ix_file_link_expires_at ON file_link (expires_at);

CREATE INDEX ix_file_link_person_id ON file_link (person_id);

CREATE TABLE zalo_upload (
	account_id INTEGER NOT NULL,
	digest VARCHAR(32) NOT NULL,
	attachment VARCHAR(2000) NOT NULL,
	uploaded_at BIGINT NOT NULL,
	CONSTRAINT pk_zalo_upload PRIMARY KEY (account_id, digest),
	CONSTRAINT fk_zalo_upload_account_id FOREIGN KEY(account_id) REFERENCES zalo_account (id) ON DELETE CASCADE
);

CREATE TABLE file_opening (
	id INTEGER NOT NULL,
	link_id INTEGER NOT NULL,
	at BIGINT NOT NULL,
	origin VARCHAR(32) NOT NULL,
	device VARCHAR(12) NOT NULL,
	CONSTRAINT pk_file_opening PRIMARY KEY (id),
	CONSTRAINT fk_file_opening_link_id FOREIGN KEY(link_id) REFERENCES file_link (id) ON DELETE CASCADE
);

CREATE INDEX ix_file_opening_link_id ON file_opening (link_id);
