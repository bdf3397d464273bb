CREATE TABLE campaign (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	province VARCHAR(2) NOT NULL CONSTRAINT ck_campaign_province CHECK (length(province) = 2),
	name VARCHAR(80) NOT NULL,
	first DATE NOT NULL,
	last DATE NOT NULL,
	set_by INTEGER,
	set_at BIGINT NOT NULL,
	CONSTRAINT ck_campaign_dates CHECK (last >= first),
	CONSTRAINT fk_campaign_set_by FOREIGN KEY(set_by) REFERENCES person (id) ON DELETE SET NULL
);

CREATE INDEX ix_campaign_province ON campaign (province, last);

CREATE TABLE official_figure (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	place VARCHAR(5) NOT NULL CONSTRAINT ck_official_figure_place CHECK (length(place) IN (2, 5)),
	code VARCHAR(20) NOT NULL,
	first DATE NOT NULL,
	last DATE NOT NULL,
	hundredths INTEGER NOT NULL CONSTRAINT ck_official_figure_hundredths CHECK (hundredths >= 0),
	source VARCHAR(200) NOT NULL,
	typed_by INTEGER,
	typed_at BIGINT NOT NULL,
	CONSTRAINT ck_official_figure_dates CHECK (last >= first),
	CONSTRAINT fk_official_figure_typed_by FOREIGN KEY(typed_by) REFERENCES person (id) ON DELETE SET NULL
);

CREATE INDEX ix_official_figure_place ON official_figure (place, last);

CREATE TABLE campaign_indicator (
	campaign_id INTEGER NOT NULL,
	indicator VARCHAR(4) NOT NULL,
	weight INTEGER NOT NULL CONSTRAINT ck_campaign_indicator_weight CHECK (weight BETWEEN 1 AND 100),
	number INTEGER NOT NULL CONSTRAINT ck_campaign_indicator_number CHECK (number BETWEEN 1 AND 10000000),
	CONSTRAINT pk_campaign_indicator PRIMARY KEY (campaign_id, indicator),
	CONSTRAINT fk_campaign_indicator_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE
);

CREATE TABLE campaign_target (
	campaign_id INTEGER NOT NULL,
	indicator VARCHAR(4) NOT NULL,
	commune VARCHAR(5) NOT NULL CONSTRAINT ck_campaign_target_commune CHECK (length(commune) = 5),
	number INTEGER NOT NULL CONSTRAINT ck_campaign_target_number CHECK (number BETWEEN 1 AND 10000000),
	CONSTRAINT pk_campaign_target PRIMARY KEY (campaign_id, indicator, commune),
	CONSTRAINT fk_campaign_target_indicator FOREIGN KEY(campaign_id, indicator) REFERENCES campaign_indicator (campaign_id, indicator) ON DELETE CASCADE
);
