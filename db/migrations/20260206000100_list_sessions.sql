-- migrate:up
-- So that people can tell their sessions apart and end one. No address: where somebody was is kept of nobody.
alter table sessions add column last_used_at timestamptz;
alter table sessions add column browser text not null default '';
comment on column sessions.last_used_at is 'To five minutes.';
comment on column sessions.browser is 'In words, such as "Firefox on Windows"; nothing else of what the browser says of itself.';

-- migrate:down
alter table sessions drop column browser;
alter table sessions drop column last_used_at;
