CREATE TABLE chat_share (
	chat_id BIGINT NOT NULL,
	what VARCHAR(10) NOT NULL CONSTRAINT ck_chat_share_what CHECK (what IN ('commune', 'waiting', 'age')),
	agreed_at BIGINT NOT NULL,
	due_at BIGINT,
	tries INTEGER DEFAULT '0' NOT NULL,
	CONSTRAINT pk_chat_share PRIMARY KEY (chat_id, what),
	CONSTRAINT fk_chat_share_chat_id FOREIGN KEY(chat_id) REFERENCES chat (id) ON DELETE CASCADE
);

CREATE INDEX ix_chat_share_due_at ON chat_share (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE zalo_tag (
	id BIGSERIAL NOT NULL,
	lane VARCHAR(32) NOT NULL,
	kind VARCHAR(10) NOT NULL CONSTRAINT ck_zalo_tag_kind CHECK (kind IN ('commune', 'waiting')),
	commune VARCHAR(5) NOT NULL,
	oa_id VARCHAR(80) NOT NULL,
	address BYTEA NOT NULL,
	name VARCHAR(60) NOT NULL,
	wanted BOOLEAN NOT NULL,
	placed BOOLEAN NOT NULL,
	due_at BIGINT,
	tries INTEGER DEFAULT '0' NOT NULL,
	error VARCHAR(40),
	since BIGINT NOT NULL,
	CONSTRAINT pk_zalo_tag PRIMARY KEY (id),
	CONSTRAINT uq_zalo_tag_lane_kind_commune UNIQUE (lane, kind, commune)
);

CREATE INDEX ix_zalo_tag_due_at ON zalo_tag (due_at) WHERE due_at IS NOT NULL;
