-- migrate:up
create table conversations (
  id         bigint generated always as identity primary key,
  agent      text not null,
  user_id    bigint not null references users on delete cascade,
  channel    text not null,
  summary    text not null default '',
  created_at timestamptz not null default now(),
  constraint agent_is_known check (agent in ('alfred', 'roos', 'elisa')),
  constraint channel_is_known check (channel in ('telegram', 'api'))
);
create index conversations_by_user on conversations (user_id, id desc);

-- Content blocks as the model's API takes them, so that a conversation can go on word for word.
create table messages (
  id              bigint generated always as identity primary key,
  conversation_id bigint not null references conversations on delete cascade,
  role            text not null,
  content         jsonb not null,
  created_at      timestamptz not null default now(),
  constraint role_is_known check (role in ('user', 'assistant', 'tool'))
);
create index messages_by_conversation on messages (conversation_id, id);

-- migrate:down
drop table messages;
drop table conversations;
