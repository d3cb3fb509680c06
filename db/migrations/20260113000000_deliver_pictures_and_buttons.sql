-- migrate:up
-- What a message looks like: a topic of a forum, a picture before the text, buttons under it.
alter table deliveries add column thread_id bigint not null default 0;
alter table deliveries add column html boolean not null default false;
alter table deliveries add column photo bytea;
alter table deliveries add column caption text;
alter table deliveries add column keyboard jsonb;
comment on column deliveries.photo is 'A PNG that is sent before the text; gone once it was sent.';
create index deliveries_waiting on deliveries (send_after) where status = 'queued' and send_after is not null;

-- migrate:down
drop index deliveries_waiting;
alter table deliveries drop column keyboard;
alter table deliveries drop column caption;
alter table deliveries drop column photo;
alter table deliveries drop column html;
alter table deliveries drop column thread_id;
