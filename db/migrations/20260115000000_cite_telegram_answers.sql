-- migrate:up
-- The stored answer behind the messages, and the places in the material that it cites: what the buttons under it lead to.
alter table telegram_answers
  add column answer_id bigint,
  add column citations jsonb not null default '[]';

-- migrate:down
alter table telegram_answers drop column answer_id, drop column citations;
