-- migrate:up
alter table conversations drop constraint channel_is_known;
alter table conversations add constraint channel_is_known check (channel in ('telegram', 'api', 'task'));

-- migrate:down
delete from conversations where channel = 'task';
alter table conversations drop constraint channel_is_known;
alter table conversations add constraint channel_is_known check (channel in ('telegram', 'api'));
