CREATE INDEX ix_nil_report_commune_week ON nil_report (commune, week);
