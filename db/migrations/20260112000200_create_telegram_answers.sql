-- migrate:up
-- Which messages answer a question in a chat, so that the edited question is answered in their place.
create table telegram_answers (
  chat_id     bigint not null,
  question_id bigint not null,
  message_ids bigint[] not null,
  answered_at timestamptz not null default now(),
  primary key (chat_id, question_id)
);
create index telegram_answers_by_age on telegram_answers (answered_at);

-- migrate:down
drop table telegram_answers;
