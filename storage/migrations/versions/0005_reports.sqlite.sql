CREATE TABLE province_setting (
	province VARCHAR(2) NOT NULL CONSTRAINT ck_province_setting_province CHECK (length(province) = 2),
	"key" VARCHAR(40) NOT NULL,
	value TEXT NOT NULL,
	set_by INTEGER,
	set_at BIGINT NOT NULL,
	CONSTRAINT pk_province_setting PRIMARY KEY (province, "key"),
	CONSTRAINT fk_province_setting_set_by FOREIGN KEY(set_by) REFERENCES person (id) ON DELETE SET NULL
);

CREATE TABLE report_version (
	id INTEGER NOT NULL,
	place VARCHAR(5) NOT NULL CONSTRAINT ck_report_version_place CHECK (length(place) IN (2, 5)),
	first DATE NOT NULL,
	last DATE NOT NULL,
	version INTEGER NOT NULL CONSTRAINT ck_report_version_version CHECK (version > 0),
	cut_at BIGINT NOT NULL,
	final BOOLEAN NOT NULL,
	sha256 VARCHAR(64) NOT NULL,
	figures TEXT NOT NULL,
	made_by INTEGER,
	CONSTRAINT pk_report_version PRIMARY KEY (id),
	CONSTRAINT uq_report_version_place_first_last_version UNIQUE (place, first, last, version),
	CONSTRAINT fk_report_version_made_by FOREIGN KEY(made_by) REFERENCES person (id) ON DELETE SET NULL
);

CREATE TABLE report_file (
	id INTEGER NOT NULL,
	version_id INTEGER NOT NULL,
	kind VARCHAR(4) NOT NULL CONSTRAINT ck_report_file_kind CHECK (kind IN ('xlsx', 'docx', 'png')),
	sha256 VARCHAR(64) NOT NULL,
	taken_by INTEGER,
	taken_at BIGINT NOT NULL,
	CONSTRAINT pk_report_file PRIMARY KEY (id),
	CONSTRAINT fk_report_file_version_id FOREIGN KEY(version_id) REFERENCES report_version (id),
	CONSTRAINT fk_report_file_taken_by FOREIGN KEY(taken_by) REFERENCES person (id) ON DELETE SET NULL
);

CREATE INDEX ix_report_file_version_id ON report_file (version_id);

CREATE TABLE entry_channel (
	assistance_id INTEGER NOT NULL,
	channel VARCHAR(10) NOT NULL CONSTRAINT ck_entry_channel_channel CHECK (channel IN ('web', 'telegram', 'zalo_oa', 'zalo_bot')),
	CONSTRAINT pk_entry_channel PRIMARY KEY (assistance_id),
	CONSTRAINT fk_entry_channel_assistance_id FOREIGN KEY(assistance_id) REFERENCES assistance (id) ON DELETE CASCADE
);

INSERT INTO day_count (commune, day, team_id, measure, value)
SELECT commune, day, team_id, 'hamlet:' || hamlet_id || ':' || 'people', SUM(people) FROM assistance
WHERE state = 'saved' AND hamlet_id IS NOT NULL GROUP BY commune, day, team_id, hamlet_id;

INSERT INTO day_count (commune, day, team_id, measure, value)
SELECT commune, day, team_id, 'hamlet:' || hamlet_id || ':' || 'dossiers', SUM(dossiers) FROM assistance
WHERE state = 'saved' AND hamlet_id IS NOT NULL AND dossiers > 0 GROUP BY commune, day, team_id, hamlet_id;

INSERT INTO day_count (commune, day, team_id, measure, value)
SELECT commune, day, team_id, 'hamlet:' || hamlet_id || ':' || 'payments', SUM(payments) FROM assistance
WHERE state = 'saved' AND hamlet_id IS NOT NULL AND payments > 0 GROUP BY commune, day, team_id, hamlet_id;
