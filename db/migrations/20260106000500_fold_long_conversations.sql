-- migrate:up
alter table conversations add column folded_up_to bigint not null default 0;
comment on column conversations.folded_up_to is 'Messages up to this id go to the model as the summary only.';

-- migrate:down
alter table conversations drop column folded_up_to;
