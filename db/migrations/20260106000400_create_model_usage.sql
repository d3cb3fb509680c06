-- migrate:up
-- What every request to a model used and cost, booked as soon as it ends. Append-only.
create table model_usage (
  id                 bigint generated always as identity primary key,
  at                 timestamptz not null,
  user_id            bigint references users on delete set null,
  conversation_id    bigint references conversations on delete set null,
  message_id         bigint references messages on delete set null,
  task_id            bigint,
  agent              text not null,
  model              text not null,
  input_tokens       int not null,
  output_tokens      int not null,
  cache_read_tokens  int not null,
  cache_write_tokens int not null,
  cost_micro_usd     bigint not null,
  constraint tokens_not_negative check (least(input_tokens, output_tokens, cache_read_tokens, cache_write_tokens) >= 0),
  constraint cost_not_negative check (cost_micro_usd >= 0)
);
comment on column model_usage.message_id is 'The question that was being answered.';
comment on column model_usage.task_id is 'The scheduled task that asked it; null: a person.';
comment on column model_usage.cost_micro_usd is 'Millionths of a US dollar, at the prices of that time.';
create index model_usage_by_user on model_usage (user_id, at);
create index model_usage_by_time on model_usage (at);
create index model_usage_by_conversation on model_usage (conversation_id);
create index model_usage_by_message on model_usage (message_id);
revoke update, delete on model_usage from dealdome_app;

-- migrate:down
drop table model_usage;
